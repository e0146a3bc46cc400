'use client';

import { Autocomplete, type AutocompleteProps, Button, Group, Loader, Stack, TagsInput, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';

import type { Choice } from '@/lib/choice';
import { findClientError } from '@/trpc/client-error';

import { useOptionStore } from '../option-form-context';
import { useFieldText } from '../use-field-text';
import { type FieldProps, useInputProps } from './field-props';
import { type LiveChoices, useLiveChoices } from './use-live-choices';

/** More than these cannot be looked through; what is typed narrows them. */
const shownMax = 200;

const textOf = ({ label, description }: Choice) => [label, description].filter(Boolean).join(' · ');

const matching =
  (choices: readonly Choice[]): NonNullable<AutocompleteProps['filter']> =>
  ({ options, search, limit }) => {
    const words = search.trim().toLowerCase().split(/\s+/);
    const isChosen = choices.some(({ value }) => value === search);
    const found = options.filter((option) => {
      if (!('value' in option) || isChosen) return true;
      const choice = choices.find(({ value }) => value === option.value);
      const text = `${option.value} ${choice ? textOf(choice) : ''}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
    return found.slice(0, limit);
  };

function ChoiceOption({ value, choice }: { readonly value: string; readonly choice: Choice | undefined }) {
  const t = useTranslations('form.live');
  const about = choice && [choice.label === value ? '' : choice.label, choice.description].filter(Boolean).join(' · ');
  return (
    <div>
      <Text size="sm" className="qm-mono">
        {value}
        {choice?.isDefault && ` (${t('default')})`}
      </Text>
      {about && (
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      )}
    </div>
  );
}

/** What stands under the field: what is awaited, why it failed, or what the value is. */
function Standing({
  path,
  live,
  value,
}: {
  readonly path: string;
  readonly live: LiveChoices;
  readonly value: string;
}) {
  const t = useTranslations('form.live');
  const text = useFieldText();
  const { choices, error, askAgain, waitsFor, isAsking } = live;
  if (waitsFor.length > 0) {
    const root = path.split('.')[0] ?? '';
    const names = waitsFor.map((name) => text.title(`${root}.${name}`, { title: name })).join(', ');
    return (
      <Text size="xs" c="dimmed">
        {t('waitsFor', { names })}
      </Text>
    );
  }
  if (error && !isAsking) {
    return (
      <Group gap={8} role="alert">
        <Text size="xs" flex={1}>
          {findClientError(error)?.public ?? t('failed')}
        </Text>
        <Button size="compact-xs" variant="default" onClick={askAgain}>
          {t('again')}
        </Button>
      </Group>
    );
  }
  const chosen = choices.find((choice) => choice.value === value);
  if (chosen) {
    return (
      <Text size="xs" c="dimmed">
        {textOf(chosen)}
      </Text>
    );
  }
  return null;
}

const useShared = (props: FieldProps) => {
  const t = useTranslations('form.live');
  const live = useLiveChoices(props);
  const input = useInputProps(props);
  const preset = live.choices.find(({ isDefault }) => isDefault);
  const placeholder = preset ? t('preset', { value: preset.value }) : input.placeholder;
  const shared = {
    ...input,
    ...(placeholder !== undefined && { placeholder }),
    autoComplete: 'off',
    spellCheck: false,
    data: live.choices.map(({ value }) => value),
    limit: shownMax,
    filter: matching(live.choices),
    renderOption: ({ option }: { option: { value: string } }) => (
      <ChoiceOption value={option.value} choice={live.choices.find(({ value }) => value === option.value)} />
    ),
    'aria-busy': live.isAsking,
    ...(live.isAsking && { rightSection: <Loader size={14} aria-label={t('asking')} /> }),
  };
  return { live, shared };
};

/** A text of which the provider can say what there is; anything else may be entered as well. */
export function LiveTextField(props: FieldProps) {
  const { path, schema } = props;
  const store = useOptionStore();
  const { live, shared } = useShared(props);
  const given = store.valueAt(path);
  const value = typeof given === 'string' ? given : '';
  return (
    <Stack gap={4}>
      <Autocomplete
        {...shared}
        {...(schema.maxLength && { maxLength: schema.maxLength })}
        classNames={{ input: 'qm-mono' }}
        value={value}
        onChange={(next) => store.setValue(path, next)}
      />
      <Standing path={path} live={live} value={value} />
    </Stack>
  );
}

/** Several such texts. */
export function LiveValuesField(props: FieldProps) {
  const { path } = props;
  const store = useOptionStore();
  const { live, shared } = useShared(props);
  const given = store.valueAt(path);
  const values = Array.isArray(given) ? given.map(String) : [];
  const inside = Object.entries(store.errorsUnder(path)).map(
    ([index, message]) => `${values[Number(index)] ?? index}: ${message}`,
  );
  const { error, ...input } = shared;
  const shown = error ?? (inside.length > 0 ? inside.join(' ') : undefined);
  return (
    <Stack gap={4}>
      <TagsInput
        {...input}
        {...(shown !== undefined && { error: shown })}
        splitChars={[',', ' ', '\n']}
        acceptValueOnBlur
        classNames={{ pill: 'qm-mono', inputField: 'qm-mono' }}
        value={values}
        onChange={(next) => store.setValue(path, next)}
      />
      <Standing path={path} live={live} value="" />
    </Stack>
  );
}
