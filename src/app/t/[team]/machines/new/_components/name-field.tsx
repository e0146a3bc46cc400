'use client';

import { TextInput, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconCheck } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { machineNameSchema } from '@/lib/machine-name';
import { type ExpandedNames, expandNames, isNamePattern } from '@/lib/name-pattern';
import { useTRPC } from '@/trpc/client';

const typingPauseMs = 250;

export interface NameFieldProps {
  readonly team: string;
  readonly value: string;
  readonly onChange: (name: string) => void;
  readonly error: string | undefined;
  readonly isDisabled: boolean;
  /** Whether the host gets the name as well. */
  readonly namesHost: boolean;
}

/** What people type becomes what a name can be, as they type. */
const asName = (text: string) =>
  isNamePattern(text) ? text.toLowerCase() : text.toLowerCase().replace(/[\s_.]+/g, '-');

/** The machine's name, with a word on whether it is free before anything is sent. */
export function NameField({ team, value, onChange, error, isDisabled, namesHost }: NameFieldProps) {
  const t = useTranslations('newMachine.name');
  const trpc = useTRPC();
  const [name] = useDebouncedValue(value, typingPauseMs);
  const many = isNamePattern(value) ? expandNames(value) : null;
  const own =
    value === '' ? undefined : many ? problemOf(many) : machineNameSchema.safeParse(value).error?.issues[0]?.message;
  const verdict = useQuery(
    trpc.machines.checkName.queryOptions(
      { team, name },
      {
        enabled: name !== '' && machineNameSchema.safeParse(name).success,
        placeholderData: keepPreviousData,
        staleTime: 5000,
      },
    ),
  );
  const answer = name === value && !verdict.isPlaceholderData ? verdict.data : undefined;
  const problem = error ?? own ?? (answer?.isFree === false ? (answer.reason ?? undefined) : undefined);
  const isFree = problem === undefined && answer?.isFree === true;
  return (
    <TextInput
      label={t('label')}
      description={t('description', { makesHost: String(namesHost) })}
      placeholder={t('placeholder')}
      required
      inputWrapperOrder={['label', 'input', 'error', 'description']}
      data-path="name"
      value={value}
      onChange={(event) => onChange(asName(event.currentTarget.value))}
      disabled={isDisabled}
      maxLength={4000}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      classNames={{ input: 'qm-mono' }}
      rightSection={isFree ? <Free label={t('free')} /> : undefined}
      {...(problem !== undefined && { error: problem })}
    />
  );
}

/** What is wrong with the pattern, or with the first of its names that is not right. */
const problemOf = ({ names, problem }: ExpandedNames): string | undefined => {
  if (names === null) return problem;
  for (const name of names) {
    const sentence = machineNameSchema.safeParse(name).error?.issues[0]?.message;
    if (sentence !== undefined) return `${name}: ${sentence}`;
  }
  return undefined;
};

function Free({ label }: { readonly label: string }) {
  return (
    <>
      <IconCheck size={16} stroke={1.8} color="var(--qm-ok)" aria-hidden />
      <VisuallyHidden component="output">{label}</VisuallyHidden>
    </>
  );
}
