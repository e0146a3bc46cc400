'use client';

import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

import type { Rotation } from '../../_authorities/running-rotation';
import { nextAction } from './next-action';
import { AdvanceText, RollBackText } from './steer-texts';

/** What is asked about: going on (with one machine or all whose turn it is), or going back. */
export type Steering = { readonly to: 'advance'; readonly machine?: string } | { readonly to: 'rollBack' };

export interface SteerButtonsProps {
  readonly rotation: Rotation;
  readonly whyNot: string | undefined;
  readonly onAsk: (steering: Steering) => void;
}

/** The ways on and back, each with a question before it. */
export function SteerButtons({ rotation, whyNot, onAsk }: SteerButtonsProps) {
  const t = useTranslations('rotation');
  const { can } = rotation;
  const action = nextAction(rotation);
  const left = rotation.machines.filter(({ moved }) => !moved).length;
  return (
    <Group gap={8}>
      {rotation.phase !== 'rolled_back' && (
        <DisabledReason reason={whyNot ?? (can.rollBack ? undefined : t('notNow'))}>
          <Button variant="default" onClick={() => onAsk({ to: 'rollBack' })}>
            {t('back.action')}
          </Button>
        </DisabledReason>
      )}
      {action && (
        <DisabledReason reason={whyNot ?? (can.advance ? undefined : (can.why ?? t('notNow')))}>
          <Button onClick={() => onAsk({ to: 'advance' })}>{t(`advance.action.${action}`, { count: left })}</Button>
        </DisabledReason>
      )}
    </Group>
  );
}

export interface SteerDialogProps {
  readonly team: string;
  readonly rotation: Rotation;
  /** Undefined while the dialog is closed. */
  readonly steering: Steering | undefined;
  readonly onClose: () => void;
}

/** Says what the next step does, and to whom, before it is taken. */
export function SteerDialog({ team, rotation, steering, onClose }: SteerDialogProps) {
  const t = useTranslations('rotation');
  const left = rotation.machines.filter(({ moved }) => !moved).length;
  const machine = steering?.to === 'advance' ? steering.machine : undefined;
  const action = nextAction(rotation);
  const title =
    steering?.to === 'rollBack'
      ? t('back.title')
      : machine !== undefined
        ? t('advance.moveOne', { name: machine })
        : action && t(`advance.action.${action}`, { count: left });
  return (
    <Dialog opened={steering !== undefined} onClose={onClose} title={title}>
      {steering && (
        <Confirm
          team={team}
          rotation={rotation}
          steering={steering}
          label={steering.to === 'rollBack' ? t('back.action') : title}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

interface ConfirmProps {
  readonly team: string;
  readonly rotation: Rotation;
  readonly steering: Steering;
  /** What the button does. */
  readonly label: ReactNode;
  readonly onClose: () => void;
}

function Confirm({ team, rotation, steering, label, onClose }: ConfirmProps) {
  const t = useTranslations('rotation');
  const [insists, setInsists] = useState(false);
  const { advance, rollBack } = useSteering(team, onClose);
  const isBack = steering.to === 'rollBack';
  const rotationId = rotation.id;
  // Where the step can be taken, `why` names those whom it locks out.
  const lockout = !isBack && rotation.can.advance ? rotation.can.why : null;
  const go = () => {
    if (isBack) rollBack.mutate({ team, rotationId });
    else {
      advance.mutate({
        team,
        rotationId,
        ...(steering.machine !== undefined && { machine: steering.machine }),
        ...(insists && { force: true }),
      });
    }
  };
  return (
    <Stack gap={16}>
      {isBack ? <RollBackText rotation={rotation} /> : <AdvanceText rotation={rotation} lockout={lockout} />}
      {lockout !== null && (
        <Checkbox
          label={t('advance.insist')}
          checked={insists}
          onChange={(event) => setInsists(event.currentTarget.checked)}
        />
      )}
      <CallError error={advance.error ?? rollBack.error} />
      <DialogFooter onCancel={onClose} isPending={advance.isPending || rollBack.isPending}>
        <DisabledReason reason={lockout !== null && !insists ? lockout : undefined}>
          <Button data-autofocus loading={advance.isPending || rollBack.isPending} onClick={go}>
            {label}
          </Button>
        </DisabledReason>
      </DialogFooter>
    </Stack>
  );
}

/** What ends somebody's access has a receipt, and the page goes there. */
function useSteering(team: string, onDone: () => void) {
  const trpc = useTRPC();
  const router = useRouter();
  const queries = useQueryClient();
  const onSuccess = async ({ changeId }: { readonly changeId: string | null }) => {
    if (changeId !== null) router.push(paths.accessChange(team, changeId));
    await queries.invalidateQueries({ queryKey: trpc.authorities.pathKey() });
    onDone();
  };
  return {
    advance: useMutation(trpc.authorities.advance.mutationOptions({ onSuccess })),
    rollBack: useMutation(trpc.authorities.rollBack.mutationOptions({ onSuccess })),
  };
}
