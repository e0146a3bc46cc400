'use client';

import { Button, Radio, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { RelativeTime } from '@/app/_ui/relative-time';
import { useTRPC } from '@/trpc/client';

import { type ReachableEngine, unpackedFolderOf } from '../../../../_client-certificate/client-archive';
import { RenewalOutcome } from '../../../../_client-certificate/renewal-outcome';
import { useDueForRenewal, useRenewal } from '../../../../_client-certificate/use-renewal';

import classes from './own-certificates.module.css';

interface OwnCertificatesProps {
  readonly team: string;
  readonly engine: ReachableEngine;
  readonly folder: string;
  readonly onFolder: (folder: string) => void;
}

/** The devices that hold a certificate already: choosing one fills its folder in, and one that ends soon is renewed here. */
export function OwnCertificates({ team, engine, folder, onFolder }: OwnCertificatesProps) {
  const t = useTranslations('connect.own');
  const trpc = useTRPC();
  const query = useQuery(
    trpc.certificates.list.queryOptions({ team, mine: true, kind: 'client', state: 'active', limit: 100 }),
  );
  const renewal = useRenewal({ team, engines: [engine], onSaved: ({ unpackedFolder }) => onFolder(unpackedFolder) });
  const isDue = useDueForRenewal();
  // Of a device that was renewed, the former one holds for a while beside the new one.
  const newest = (query.data?.certificates ?? []).filter(
    (certificate, index, all) => all.findIndex(({ deviceName }) => deviceName === certificate.deviceName) === index,
  );
  if (newest.length === 0 && !renewal.data) return <CallError error={query.error} />;
  return (
    <Stack gap={12}>
      <Radio.Group label={t('label')} value={folder} onChange={onFolder}>
        <Stack gap={8} mt={8}>
          {newest.map((certificate) => (
            <div key={certificate.id} className={classes['device']}>
              <Radio
                value={unpackedFolderOf(team, certificate.deviceName ?? '')}
                label={certificate.deviceName}
                description={
                  <>
                    {t('expires')} <RelativeTime at={certificate.notAfter} />
                  </>
                }
              />
              {isDue(certificate) && (
                <Button
                  size="xs"
                  variant="default"
                  loading={renewal.pendingId === certificate.id}
                  onClick={() => renewal.renew(certificate)}
                >
                  {t('renew')}
                </Button>
              )}
            </div>
          ))}
        </Stack>
      </Radio.Group>
      <RenewalOutcome team={team} renewal={renewal} />
    </Stack>
  );
}
