'use client';

import { Button } from '@mantine/core';
import { IconBan, IconLink, IconPlayerPause, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useTimeZone, useTranslations } from 'next-intl';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { formatDate } from '@/lib/format/exact-time';
import type { Role } from '@/lib/role';

import { type Renewal, useDueForRenewal } from '../../../_client-certificate/use-renewal';
import type { CertificateAct } from '../../_actions/certificate-dialog';
import { whyNot } from '../../_data/certificate-rights';
import type { CertificateDetails } from '../../_data/types';

export interface CertificateActionsProps {
  readonly certificate: CertificateDetails;
  readonly role: Role;
  readonly renewal: Renewal;
  readonly onAct: (act: CertificateAct) => void;
}

const icons = { revoke: IconBan, suspend: IconPlayerPause, resume: IconPlayerPlay, reissue: IconLink } as const;

/** What may be done to a certificate; engines' and the console's own are kept by the console. */
export function CertificateActions({ certificate, role, renewal, onAct }: CertificateActionsProps) {
  const t = useTranslations('certificates');
  if (certificate.kind !== 'client') return null;
  const hold: CertificateAct = certificate.state === 'suspended' ? 'resume' : 'suspend';
  // For oneself there is no need of a link.
  const acts: readonly CertificateAct[] = certificate.mine ? [hold, 'revoke'] : ['reissue', hold, 'revoke'];
  return (
    <>
      {certificate.mine && <RenewButton certificate={certificate} renewal={renewal} />}
      {acts.map((act) => {
        const reason = whyNot(act, certificate, role);
        const Icon = icons[act];
        return (
          <DisabledReason key={act} reason={reason === null ? undefined : t(`whyNot.${reason}`)}>
            <Button
              {...(act === 'revoke' ? { color: 'red' } : { variant: 'default' })}
              leftSection={<Icon size={16} aria-hidden />}
              onClick={() => onAct(act)}
            >
              {t(`${act}.action`)}
            </Button>
          </DisabledReason>
        );
      })}
    </>
  );
}

function RenewButton({ certificate, renewal }: Pick<CertificateActionsProps, 'certificate' | 'renewal'>) {
  const t = useTranslations('certificates.mine');
  const timeZone = useTimeZone() ?? 'UTC';
  const isDue = useDueForRenewal()(certificate);
  const reason = isDue
    ? undefined
    : certificate.state === 'active'
      ? t('notYet', { date: formatDate(certificate.renewableFrom, timeZone) })
      : t('notActive');
  return (
    <DisabledReason reason={reason}>
      <Button
        variant={isDue ? 'filled' : 'default'}
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={renewal.pendingId !== undefined}
        onClick={() => renewal.renew(certificate)}
      >
        {t('renew')}
      </Button>
    </DisabledReason>
  );
}
