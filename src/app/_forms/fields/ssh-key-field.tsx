'use client';

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import { AuthorizeKey } from '../ssh-key/authorize-key';
import { NewSshKeyDialog } from '../ssh-key/new-ssh-key-dialog';
import type { FieldProps } from './field-props';
import { ThingField } from './thing-field';

const aboutKey = ({ type, fingerprint }: { readonly type: string; readonly fingerprint: string }) => (
  <span className="qm-mono">
    {type} {fingerprint.slice(0, 23)}…
  </span>
);

/** One of the team's SSH keys, or a new one: made by the console, pasted or uploaded. */
export function SshKeyField(props: FieldProps) {
  const { path } = props;
  const t = useTranslations('sshKeys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const store = useOptionStore();
  const { team } = store;
  const keys = useQuery(trpc.sshKeys.list.queryOptions({ team }));
  const [isAdding, setIsAdding] = useState(false);
  const [madeHere, setMadeHere] = useState<string>();
  const chosen = keys.data?.find(({ id }) => id === store.valueAt(path));

  const take = async (id: string, isMadeHere: boolean) => {
    setIsAdding(false);
    if (isMadeHere) setMadeHere(id);
    store.setValue(path, id);
    await queries.invalidateQueries({ queryKey: trpc.sshKeys.list.queryKey({ team }) });
  };

  return (
    <>
      <ThingField
        {...props}
        things={keys.data?.map((key) => ({ id: key.id, name: key.name, about: aboutKey(key) }))}
        texts={{ loading: t('loading'), choose: t('choose'), noneYet: t('noneYet') }}
        failure={keys.error}
        action={
          <Button
            variant="default"
            leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            onClick={() => setIsAdding(true)}
            disabled={store.isDisabled}
          >
            {t('add')}
          </Button>
        }
      >
        {chosen && <AuthorizeKey sshKey={chosen} isOpen={chosen.id === madeHere} />}
      </ThingField>
      <NewSshKeyDialog
        team={team}
        isOpen={isAdding}
        onClose={() => setIsAdding(false)}
        onMade={(id, isMadeHere) => void take(id, isMadeHere)}
      />
    </>
  );
}
