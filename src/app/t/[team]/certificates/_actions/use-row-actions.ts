'use client';

import { IconBan, IconLink, IconPlayerPause, IconPlayerPlay, type TablerIcon } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import type { RowAction } from '@/app/_ui/row-menu';
import type { Role } from '@/lib/role';

import { whyNot } from '../_data/certificate-rights';
import type { CertificateRow } from '../_data/types';
import type { CertificateAct } from './certificate-dialog';

const icons: Readonly<Record<CertificateAct, TablerIcon>> = {
  revoke: IconBan,
  suspend: IconPlayerPause,
  resume: IconPlayerPlay,
  reissue: IconLink,
};

/** What may be done to a certificate, for its menu: what cannot be done now stays in it and says why. */
export function useRowActions(role: Role) {
  const t = useTranslations('certificates');
  return (certificate: CertificateRow, open: (act: CertificateAct) => void): RowAction[] => {
    const hold: CertificateAct = certificate.state === 'suspended' ? 'resume' : 'suspend';
    return (['reissue', hold, 'revoke'] as const).map((act) => {
      const reason = whyNot(act, certificate, role);
      return {
        key: act,
        label: t(`${act}.action`),
        icon: icons[act],
        onSelect: () => open(act),
        disabledReason: reason === null ? undefined : t(`whyNot.${reason}`),
        isDestructive: act === 'revoke',
      };
    });
  };
}
