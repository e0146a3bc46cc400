'use client';

import { Checkbox, Group, Input, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import type { AccessChoice } from './new-machine-values';

import classes from './new-machine.module.css';

const searchFrom = 9;

export interface AccessFieldProps {
  readonly choices: readonly AccessChoice[];
  readonly value: readonly string[];
  readonly onChange: (membershipIds: readonly string[]) => void;
  readonly error: string | undefined;
  readonly isDisabled: boolean;
}

const fits = ({ name, email }: AccessChoice, search: string) =>
  `${name} ${email}`.toLowerCase().includes(search.trim().toLowerCase());

/** The members whose client certificates the engine will take. */
export function AccessField({ choices, value, onChange, error, isDisabled }: AccessFieldProps) {
  const t = useTranslations('newMachine.access');
  const roles = useTranslations('frame.role');
  const [search, setSearch] = useState('');
  const shown = choices.filter((choice) => fits(choice, search));
  return (
    <Checkbox.Group
      aria-label={t('title')}
      value={[...value]}
      onChange={onChange}
      {...(error !== undefined && { error })}
    >
      {choices.length >= searchFrom && (
        <TextInput
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          mb="xs"
        />
      )}
      <div className={classes['people']}>
        {shown.map((choice) => (
          <Checkbox
            key={choice.membershipId}
            value={choice.membershipId}
            disabled={isDisabled}
            label={
              <Group gap={8} component="span">
                <span>{choice.isMe ? t('me', { name: choice.name }) : choice.name}</span>
                <Text component="span" size="xs" c="dimmed">
                  {choice.email} · {roles(choice.role)}
                </Text>
              </Group>
            }
          />
        ))}
      </div>
      {value.length === 0 && <Input.Description mt={6}>{t('nobody')}</Input.Description>}
    </Checkbox.Group>
  );
}
