'use client';

import { TagsInput, type TagsInputProps } from '@mantine/core';
import { useTranslations } from 'next-intl';

/** A list of short values (mirrors, SANs): Enter, comma, space or paste adds, Backspace removes the last. */
export function ValuesInput(props: TagsInputProps) {
  const t = useTranslations('common.tags');
  const isEmpty = (props.value ?? []).length === 0;
  return (
    <TagsInput
      splitChars={[',', ' ', '\n']}
      acceptValueOnBlur
      {...props}
      {...(isEmpty && { placeholder: props.placeholder ?? t('hint') })}
      classNames={{ pill: 'qm-mono', inputField: 'qm-mono' }}
    />
  );
}
