'use client';

import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { DisabledReason } from '@/app/_ui/disabled-reason';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import type { FieldProps } from './field-props';
import { ThingField } from './thing-field';

interface Checked {
  readonly failure: string | null;
  readonly identity: Readonly<Record<string, string>> | null;
}

const standingOf = ({ failure, identity }: Checked) => failure ?? Object.values(identity ?? {}).join(' · ');

/** One of the team's credentials for this driver, or a new one. */
export function CredentialField(props: FieldProps) {
  const { path, isRequired } = props;
  const t = useTranslations('credentials.field');
  const trpc = useTRPC();
  const store = useOptionStore();
  const { team, driver, AddCredential } = store;
  const isEnabled = driver !== undefined;
  const credentials = useQuery(
    trpc.credentials.list.queryOptions({ team, ...(isEnabled && { driver }) }, { enabled: isEnabled }),
  );
  const kinds = useQuery(trpc.credentials.kinds.queryOptions({ team }, { enabled: isEnabled }));
  const [isAdding, setIsAdding] = useState(false);
  const chosen = credentials.data?.find(({ id }) => id === store.valueAt(path));

  return (
    <>
      <ThingField
        {...props}
        things={credentials.data?.map((credential) => ({
          id: credential.id,
          name: credential.name,
          about: <span className="qm-mono">{standingOf(credential)}</span>,
        }))}
        texts={{ loading: t('loading'), choose: t('choose'), noneYet: t('noneYet') }}
        isClearable={!isRequired}
        failure={credentials.error ?? kinds.error}
        action={
          <DisabledReason reason={kinds.data?.mayManage === false ? t('needsAdmin') : undefined}>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
              onClick={() => setIsAdding(true)}
            >
              {t('add')}
            </Button>
          </DisabledReason>
        }
      >
        {chosen && (
          <Text size="xs" c={chosen.failure ? 'var(--qm-failed)' : 'dimmed'}>
            {standingOf(chosen)}
          </Text>
        )}
      </ThingField>
      {isAdding && AddCredential && driver !== undefined && (
        <AddCredential
          team={team}
          driver={driver}
          onClose={() => setIsAdding(false)}
          onKept={(id) => {
            setIsAdding(false);
            store.setValue(path, id);
          }}
        />
      )}
    </>
  );
}
