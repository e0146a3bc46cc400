'use client';

import { Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { StatusBadge } from '@/app/_ui/status-badge';

/** A member who may be admitted. */
export interface Person {
  readonly membershipId: string;
  readonly name: string;
  readonly email: string;
  /** How many live certificates of theirs get in; null where that is not known. */
  readonly certificates: number | null;
  readonly isSuspended: boolean;
  /** Null for who is not admitted now. */
  readonly confirmation: 'confirmed' | 'pending' | null;
}

export interface MemberChoiceProps {
  readonly people: readonly Person[];
  /** Their membership ids. */
  readonly selected: readonly string[];
  readonly isLocked: boolean;
  readonly onChange: (membershipIds: readonly string[]) => void;
}

const searchFrom = 9;

const fits = ({ name, email }: Person, search: string) =>
  `${name} ${email}`.toLowerCase().includes(search.trim().toLowerCase());

/** The members to choose from; with many of them, a field to find one. */
export function MemberChoice({ people, selected, isLocked, onChange }: MemberChoiceProps) {
  const t = useTranslations('machines.access');
  const [search, setSearch] = useState('');
  const shown = people.filter((person) => fits(person, search));
  const toggle = (id: string, isOn: boolean) =>
    onChange(isOn ? [...selected, id] : selected.filter((other) => other !== id));
  return (
    <Stack gap={12}>
      {people.length >= searchFrom && (
        <TextInput
          aria-label={t('filter')}
          placeholder={t('filter')}
          leftSection={<IconSearch size={16} stroke={1.8} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      )}
      {shown.length === 0 && <Text c="dimmed">{t('noMatch')}</Text>}
      {shown.map((person) => (
        <Group key={person.membershipId} justify="space-between" align="flex-start" gap={8}>
          <Checkbox
            label={person.name}
            description={person.email}
            checked={selected.includes(person.membershipId)}
            disabled={isLocked}
            onChange={(event) => toggle(person.membershipId, event.currentTarget.checked)}
          />
          <PersonState person={person} />
        </Group>
      ))}
    </Stack>
  );
}

function PersonState({ person }: { readonly person: Person }) {
  const t = useTranslations('machines.access');
  return (
    <Stack gap={0} align="flex-end">
      {person.isSuspended ? (
        <StatusBadge tone="off">{t('suspended')}</StatusBadge>
      ) : (
        person.confirmation && (
          <StatusBadge tone={person.confirmation === 'confirmed' ? 'ok' : 'attention'}>
            {t(person.confirmation)}
          </StatusBadge>
        )
      )}
      {person.certificates !== null && (
        <Text size="xs" c="dimmed">
          {t('certificates', { count: person.certificates })}
        </Text>
      )}
    </Stack>
  );
}
