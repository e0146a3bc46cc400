'use client';

import { Select, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useContext, useState } from 'react';

import { Dialog, DialogHeld } from '@/app/_ui/dialog';
import { useTRPC } from '@/trpc/client';

import type { AddCredentialProps } from '../option-form-context';
import { type Credential, CredentialForm, type CredentialKind } from './credential-form';

export interface CredentialDialogProps {
  readonly team: string;
  /** The drivers that one can be added for; where there is one, nobody is asked. */
  readonly kinds: readonly CredentialKind[];
  readonly credential?: Credential | undefined;
  readonly onClose: () => void;
  readonly onKept: (id: string) => void;
}

/** A new credential, or new values for one. Mounted while it is open, so that no secret outlives it. */
export function CredentialDialog({ team, kinds, credential, onClose, onKept }: CredentialDialogProps) {
  const t = useTranslations('credentials.form');
  const [chosen, setChosen] = useState(credential?.driver ?? kinds[0]?.driver);
  const kind = kinds.find(({ driver }) => driver === chosen);
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={credential ? t('changeTitle', { name: credential.name }) : t('addTitle', { driver: kind?.label ?? '' })}
    >
      <Stack gap="md">
        {!credential && kinds.length > 1 && <DriverChoice kinds={kinds} value={chosen} onChange={setChosen} />}
        {kind && (
          <CredentialForm
            key={kind.driver}
            team={team}
            kind={kind}
            credential={credential}
            onCancel={onClose}
            onKept={onKept}
          />
        )}
      </Stack>
    </Dialog>
  );
}

interface DriverChoiceProps {
  readonly kinds: readonly CredentialKind[];
  readonly value: string | undefined;
  readonly onChange: (driver: string | undefined) => void;
}

/** Each driver has a form of its own, which stays while it is sent. */
function DriverChoice({ kinds, value, onChange }: DriverChoiceProps) {
  const t = useTranslations('credentials.form');
  return (
    <Select
      label={t('driver')}
      data={kinds.map(({ driver, label }) => ({ value: driver, label }))}
      value={value ?? null}
      onChange={(driver) => onChange(driver ?? undefined)}
      allowDeselect={false}
      disabled={useContext(DialogHeld)}
    />
  );
}

/** The dialog for a new credential of one driver, out of the form of a machine. */
export function AddCredential({ team, driver, onClose, onKept }: AddCredentialProps) {
  const trpc = useTRPC();
  const kinds = useQuery(trpc.credentials.kinds.queryOptions({ team }));
  const kind = kinds.data?.kinds.find((one) => one.driver === driver);
  return kind ? <CredentialDialog team={team} kinds={[kind]} onClose={onClose} onKept={onKept} /> : null;
}
