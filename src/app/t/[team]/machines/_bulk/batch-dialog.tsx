'use client';

import { Button, NumberInput, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { Mono } from '@/app/_ui/mono';
import { atOnceDefault, atOnceMax } from '@/lib/batch';
import { type BulkAction, removalPhrase } from '@/lib/machine-action';
import { paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { PreviewRows } from './preview-rows';
import { defaultRemoval, RemovalChoice } from './removal-choice';
import { SettingsChoice, type SettingsChanges } from './settings-choice';

export interface BatchDialogProps {
  readonly team: string;
  readonly action: BulkAction;
  readonly machines: readonly string[];
  readonly onClose: () => void;
}

/** Says what will be done to each machine, asks how many at a time, and starts. */
export function BatchDialog(props: BatchDialogProps) {
  const t = useTranslations('batches');
  const tAction = useTranslations('machines.actions');
  return (
    <Dialog
      opened
      onClose={props.onClose}
      size="lg"
      title={t('dialog.title', { action: tAction(props.action), count: props.machines.length })}
    >
      <BatchForm {...props} />
    </Dialog>
  );
}

function BatchForm({ team, action, machines, onClose }: BatchDialogProps) {
  const t = useTranslations('batches');
  const tAction = useTranslations('machines.actions');
  const trpc = useTRPC();
  const client = useTRPCClient();
  const router = useRouter();
  const [atOnce, setAtOnce] = useState(atOnceDefault);
  const [typed, setTyped] = useState('');
  const [removal, setRemoval] = useState(defaultRemoval);
  const [settings, setSettings] = useState<SettingsChanges>({});
  const request = {
    team,
    action,
    machines: [...machines],
    ...(action === 'remove' && { removal }),
    ...(action === 'apply-settings' && { settings }),
  };
  const preview = useQuery({
    queryKey: [...trpc.batches.preview.mutationKey(), request],
    queryFn: () => client.batches.preview.mutate(request),
    retry: false,
    gcTime: 0,
  });
  const start = useMutation(
    trpc.batches.start.mutationOptions({ onSuccess: ({ batchId }) => router.push(paths.batch(team, batchId)) }),
  );
  const count = preview.data?.rows.filter(({ verdict }) => verdict !== 'refused').length ?? 0;
  const phrase = removalPhrase(count);
  const isConfirmed = action !== 'remove' || typed.trim() === phrase;
  const whyNot = !preview.data || count > 0 ? (isConfirmed ? undefined : t('dialog.typeFirst')) : t('dialog.none');
  return (
    <Stack gap="md">
      <Text>{t(`does.${action}`)}</Text>
      {action === 'remove' && <RemovalChoice value={removal} onChange={setRemoval} />}
      {action === 'apply-settings' && <SettingsChoice onChange={setSettings} />}
      {preview.data ? <PreviewRows team={team} rows={preview.data.rows} /> : <Skeleton height={120} />}
      <NumberInput
        label={t('dialog.atOnce')}
        description={t('dialog.atOnceHint')}
        value={atOnce}
        onChange={(value) => setAtOnce(typeof value === 'number' ? value : atOnceDefault)}
        min={1}
        max={atOnceMax}
        allowDecimal={false}
        clampBehavior="strict"
        w={220}
      />
      {action === 'remove' && count > 0 && (
        <TextInput
          label={t.rich('dialog.type', { phrase: () => <Mono>{phrase}</Mono> })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          classNames={{ input: 'qm-mono' }}
        />
      )}
      <CallError error={start.error ?? preview.error} />
      <DialogFooter onCancel={onClose} isPending={start.isPending}>
        <DisabledReason reason={whyNot}>
          <Button
            loading={start.isPending}
            disabled={!preview.data}
            onClick={() => start.mutate({ ...request, atOnce, ...(action === 'remove' && { confirm: typed.trim() }) })}
            {...(action === 'remove' && { color: 'red' })}
          >
            {t('dialog.start', { action: tAction(action), count })}
          </Button>
        </DisabledReason>
      </DialogFooter>
    </Stack>
  );
}
