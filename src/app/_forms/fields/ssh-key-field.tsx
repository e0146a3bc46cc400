'use client';

import { Button, Group, Input, Select, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { useTRPC } from '@/trpc/client';

import { useOptionStore } from '../option-form-context';
import { AuthorizeKey } from '../ssh-key/authorize-key';
import { NewSshKeyDialog } from '../ssh-key/new-ssh-key-dialog';
import { type FieldProps, useInputProps } from './field-props';

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
  const { placeholder: _placeholder, ...input } = useInputProps(props);
  const { label, description, error, required, inputWrapperOrder, ...control } = input;

  const value = store.valueAt(path);
  const chosen = keys.data?.find((key) => key.id === value);

  const take = async (id: string, isMadeHere: boolean) => {
    setIsAdding(false);
    if (isMadeHere) setMadeHere(id);
    store.setValue(path, id);
    await queries.invalidateQueries({ queryKey: trpc.sshKeys.list.queryKey({ team }) });
  };

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
            searchable={(keys.data?.length ?? 0) > 6}
            placeholder={keys.isPending ? t('loading') : keys.data?.length ? t('choose') : t('noneYet')}
            data={(keys.data ?? []).map((key) => ({ value: key.id, label: key.name }))}
            value={chosen?.id ?? null}
            onChange={(id) => store.setValue(path, id)}
            renderOption={({ option }) => {
              const key = keys.data?.find((one) => one.id === option.value);
              return (
                <div>
                  <Text size="sm">{option.label}</Text>
                  <Text size="xs" c="dimmed" className="qm-mono">
                    {key?.type} {key?.fingerprint.slice(0, 23)}…
                  </Text>
                </div>
              );
            }}
          />
          <Button
            variant="default"
            leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
            onClick={() => setIsAdding(true)}
            disabled={store.isDisabled}
          >
            {t('add')}
          </Button>
        </Group>
        <CallError error={keys.error} />
        {chosen && <AuthorizeKey sshKey={chosen} isOpen={chosen.id === madeHere} />}
      </Stack>
      <NewSshKeyDialog
        team={team}
        isOpen={isAdding}
        onClose={() => setIsAdding(false)}
        onMade={(id, isMadeHere) => void take(id, isMadeHere)}
      />
    </Input.Wrapper>
  );
}
