'use client';

import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Hypervisor } from '../../_components/hypervisor-values';

/** Takes the host out of the team; refused while machines live on it. */
export function RemoveHypervisor({ team, host }: { readonly team: string; readonly host: Hypervisor }) {
  const t = useTranslations('hypervisors.remove');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const [isOpen, { open, close }] = useDisclosure(false);
  const remove = useMutation(
    trpc.hypervisors.remove.mutationOptions({
      onSuccess: () => {
        router.push(paths.hypervisors(team));
        void queries.invalidateQueries({ queryKey: trpc.hypervisors.list.queryKey({ team }) });
      },
    }),
  );
  const whyNot = host.machines.length > 0 ? t('inUse', { machines: host.machines.join(', ') }) : undefined;
  const folder = host.facts?.folder;
  return (
    <Section title={t('title')} hint={t('hint')}>
      <DisabledReason reason={whyNot}>
        <Button color="red" onClick={open}>
          {t('button', { name: host.name })}
        </Button>
      </DisabledReason>
      <ConfirmByName
        isOpen={isOpen}
        onClose={close}
        title={t('button', { name: host.name })}
        name={host.name}
        losses={[t('losses.way'), ...(host.images.length > 0 && folder ? [t('losses.images', { folder })] : [])]}
        confirmLabel={t('confirm')}
        onConfirm={() => remove.mutate({ team, id: host.id, confirm: host.name })}
        isPending={remove.isPending}
        failure={<CallError error={remove.error} />}
      />
    </Section>
  );
}
