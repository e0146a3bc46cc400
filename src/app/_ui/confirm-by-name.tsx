'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type FormEvent, type ReactNode, useState } from 'react';

import { Dialog } from './dialog';
import { DialogFooter } from './dialog-footer';
import { DisabledReason } from './disabled-reason';
import { Mono } from './mono';
import { Notice } from './notice';

export interface ConfirmByNameProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** What will happen, as a verb and the thing: "Remove edge-1". */
  readonly title: string;
  /** What has to be typed. */
  readonly name: string;
  /** What will be lost, one sentence or noun each. */
  readonly losses: readonly ReactNode[];
  /** The verb on the button: "Remove machine". */
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
  readonly isPending?: boolean | undefined;
  /** Why it failed, or nothing: a CallError, which also knows what to say where the console gave no answer. */
  readonly failure: ReactNode;
  /** Choices that belong to the act, such as restore or forget. */
  readonly children?: ReactNode | undefined;
}

/** Asks before something that cannot be undone: says what will be lost and has the thing's name typed. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { isOpen, onClose, title, isPending = false } = props;
  return (
    <Dialog opened={isOpen} onClose={onClose} title={title} size="md">
      {/* Mounted with the dialog, so that the typed name is gone when it opens again. */}
      <ConfirmByNameForm {...props} isPending={isPending} />
    </Dialog>
  );
}

function ConfirmByNameForm(props: ConfirmByNameProps) {
  const { name, losses, confirmLabel, onConfirm, onClose, isPending = false, failure, children } = props;
  const t = useTranslations('common');
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === name;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (matches && !isPending) onConfirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {losses.length > 0 && (
          <Notice tone="failed" icon={IconAlertTriangle} title={t('confirmByName.lost')}>
            <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>
              {losses.map((loss, index) => (
                // The list is fixed while the dialog is open.
                <li key={index}>{loss}</li>
              ))}
            </ul>
          </Notice>
        )}
        {children}
        <TextInput
          data-autofocus
          label={t.rich('confirmByName.type', { name: () => <Mono>{name}</Mono> })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          disabled={isPending}
          classNames={{ input: 'qm-mono' }}
        />
        {failure}
        <DialogFooter onCancel={onClose} isPending={isPending}>
          <DisabledReason reason={matches ? undefined : t('confirmByName.mismatch')}>
            <Button type="submit" color="red" loading={isPending}>
              {confirmLabel}
            </Button>
          </DisabledReason>
        </DialogFooter>
      </Stack>
    </form>
  );
}
