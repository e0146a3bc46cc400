'use client';

import { Checkbox, Stack, TagsInput } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

const fields = ['labels', 'registryMirrors', 'insecureRegistries'] as const;

/** The settings that take the place of those of each machine; what is not in it stays. */
export type SettingsChanges = Partial<Readonly<Record<(typeof fields)[number], string[]>>>;

/** Which settings become the same on all machines. None: each gets its own settings once more. */
export function SettingsChoice({ onChange }: { readonly onChange: (changes: SettingsChanges) => void }) {
  const t = useTranslations('batches.settings');
  const [changes, setChanges] = useState<SettingsChanges>({});
  const change = (next: SettingsChanges) => {
    setChanges(next);
    onChange(next);
  };
  return (
    <Stack gap={8}>
      {fields.map((field) => {
        const value = changes[field];
        return (
          <Stack key={field} gap={4}>
            <Checkbox
              label={t(field)}
              checked={value !== undefined}
              onChange={(event) => {
                const { [field]: _former, ...others } = changes;
                change(event.currentTarget.checked ? { ...others, [field]: [] } : others);
              }}
            />
            {value !== undefined && (
              <TagsInput
                aria-label={t(field)}
                placeholder={t(`${field}Hint`)}
                value={value}
                onChange={(next) => change({ ...changes, [field]: next })}
                ml={28}
              />
            )}
          </Stack>
        );
      })}
    </Stack>
  );
}
