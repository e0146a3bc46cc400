'use client';

import { Button, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { CheckList } from '@/app/_forms/check/check-list';
import { useHostCheck } from '@/app/_forms/check/use-host-check';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import type { Hypervisor } from '../../_components/hypervisor-values';

/** The check of a registered host: by itself where there was none yet, and then whenever somebody asks. */
export function HypervisorCheck({ team, host }: { readonly team: string; readonly host: Hypervisor }) {
  const t = useTranslations('hypervisors');
  const client = useTRPCClient();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { run, view, isRunning, error, reset } = useHostCheck();
  const { id } = host;
  const start = () =>
    run((signal) => client.hypervisors.check.mutate({ team, host: { kind: 'registered', id } }, { signal }));

  const startFirst = useRef(start);
  const isFirst = useRef(host.checkedAt === null);
  useEffect(() => {
    if (isFirst.current) startFirst.current();
  }, []);
  useEffect(() => {
    if (view.isFinished) void queries.invalidateQueries({ queryKey: trpc.hypervisors.pathKey() });
  }, [view.isFinished, queries, trpc]);

  const pin = useMutation(trpc.hypervisors.update.mutationOptions({ onSuccess: () => reset() }));
  const changed = view.hostKey?.verdict === 'changed' ? view.hostKey : null;
  const pinShown = () => {
    if (!changed) return;
    const { name, address, sshPort: port, sshUser: user, sshKeyId } = host;
    const ssh = { address: address ?? '', port, user: user ?? '', sshKeyId: sshKeyId ?? '' };
    pin.mutate({ team, id, name, ssh: { ...ssh, hostKey: { type: changed.type, key: changed.key } } });
  };
  return (
    <Section title={t('page.check')}>
      <Stack gap={12} align="flex-start">
        <Button variant="default" loading={isRunning} onClick={start}>
          {t('page.check')}
        </Button>
        <CallError error={error} />
        {view.probes.length > 0 && <CheckList probes={view.probes} />}
        {changed && (
          <Notice
            tone="failed"
            title={t('changedKey.title')}
            actions={
              <Button color="red" variant="default" loading={pin.isPending} onClick={pinShown}>
                {t('changedKey.pin')}
              </Button>
            }
          >
            {t.rich('changedKey.hint', { key: () => <Mono>{changed.fingerprint}</Mono>, type: changed.type })}
          </Notice>
        )}
        {pin.isSuccess && !changed && (
          <Notice tone="ok" role="status">
            {t('changedKey.pinned')}
          </Notice>
        )}
        <CallError error={pin.error} />
      </Stack>
    </Section>
  );
}
