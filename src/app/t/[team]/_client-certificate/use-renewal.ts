'use client';

import { useQueryClient } from '@tanstack/react-query';

import { useClock } from '@/app/_ui/now';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { isDueForRenewal } from '../certificates/_data/own-devices';
import type { CertificateRow } from '../certificates/_data/types';
import type { ClientArchive, ReachableEngine } from './client-archive';
import { useNewCertificate } from './use-new-certificate';

export interface RenewalOptions {
  readonly team: string;
  readonly engines: readonly ReachableEngine[];
  readonly onSaved?: (archive: ClientArchive) => void;
}

/** What is renewed: the former certificate stays in use until the new one has arrived on the device. */
export interface RenewalInput {
  readonly id: string;
  readonly deviceName: string;
}

export type Renewal = ReturnType<typeof useRenewal>;

/**
 * One click renews: a new key in this browser, its certificate, and the archive on the disk. The former certificate goes on
 * working, so that nothing breaks before the archive is unpacked; its owner ends it when they like, or it ends by itself.
 */
export function useRenewal({ team, engines, onSaved }: RenewalOptions) {
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const mutation = useNewCertificate<RenewalInput>({
    team,
    engines,
    sign: ({ csrPem, origin }, { id }) =>
      client.certificates.renew.mutate({ team, id, csrPem, origin, former: 'keep' }),
    onSaved: (archive) => {
      onSaved?.(archive);
      void queryClient.invalidateQueries(trpc.certificates.pathFilter());
    },
  });
  return {
    renew: ({ id, deviceName }: Pick<CertificateRow, 'id' | 'deviceName'>) =>
      mutation.mutate({ id, deviceName: deviceName ?? '' }),
    pendingId: mutation.isPending ? mutation.variables.id : undefined,
    data: mutation.data,
    /** What was renewed. */
    former: mutation.variables,
    error: mutation.error,
  };
}

/** Tells what is due for renewal by now. */
export function useDueForRenewal() {
  const minute = useClock((nowMs) => Math.floor(nowMs / 60_000));
  return (certificate: Pick<CertificateRow, 'state' | 'renewableFrom'>) =>
    isDueForRenewal(certificate, new Date(minute * 60_000));
}
