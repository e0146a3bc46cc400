'use client';

import { Button, Group, Input, Select, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import { type FieldProps, useInputProps } from './field-props';

const identityText = (identity: Readonly<Record<string, string>> | null) => Object.values(identity ?? {}).join(' · ');

/** One of the team's credentials for this driver, or a new one. */
export function CredentialField(props: FieldProps) {
  const { path } = props;
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
  const { placeholder: _placeholder, ...input } = useInputProps(props);
  const { label, description, error, required, inputWrapperOrder, ...control } = input;
  const value = store.valueAt(path);
  const chosen = credentials.data?.find(({ id }) => id === value);

  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      required={required}
      inputWrapperOrder={inputWrapperOrder}
      {...(description !== undefined && { description })}
      {...(error !== undefined && { error })}
    >
      <Stack gap="xs" mb={error === undefined ? 0 : 5}>
        <Group gap="xs" align="flex-start" wrap="nowrap">
          <Select
            {...control}
            aria-label={label}
            error={error !== undefined}
            flex={1}
            miw={0}
            clearable={!required}
            searchable={(credentials.data?.length ?? 0) > 6}
            placeholder={credentials.isPending ? t('loading') : credentials.data?.length ? t('choose') : t('noneYet')}
            data={(credentials.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={chosen?.id ?? null}
            onChange={(id) => store.setValue(path, id)}
            renderOption={({ option }) => {
              const credential = credentials.data?.find(({ id }) => id === option.value);
              return (
                <div>
                  <Text size="sm">{option.label}</Text>
                  <Text size="xs" c="dimmed" className="qm-mono">
                    {credential?.failure ?? identityText(credential?.identity ?? null)}
                  </Text>
                </div>
              );
            }}
          />
          <DisabledReason reason={kinds.data?.mayManage === false ? t('needsAdmin') : undefined}>
            <Button
              variant="default"
              leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
              onClick={() => setIsAdding(true)}
            >
              {t('add')}
            </Button>
          </DisabledReason>
        </Group>
        <CallError error={credentials.error ?? kinds.error} />
        {chosen && (
          <Text size="xs" c={chosen.failure ? 'var(--qm-failed)' : 'dimmed'}>
            {chosen.failure ?? identityText(chosen.identity)}
          </Text>
        )}
      </Stack>
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
    </Input.Wrapper>
  );
}
