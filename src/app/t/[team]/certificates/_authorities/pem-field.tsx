'use client';

import { Textarea } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';

import { FileDrop } from '@/app/_ui/file-drop';

export interface PemFieldProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly error: ReactNode;
  readonly onChange: (value: string) => void;
}

/** A PEM block: chosen, dropped or pasted. Its error stands once, under the text. */
export function PemField({ label, placeholder, value, error, onChange }: PemFieldProps) {
  const t = useTranslations('authorities.import');
  const [fileName, setFileName] = useState<string>();
  return (
    <div>
      <FileDrop
        label={label}
        fileName={fileName}
        accept=".pem,.crt,.cer,.key"
        onFile={({ name, text }) => {
          setFileName(name);
          onChange(text);
        }}
      />
      <Textarea
        mt={8}
        aria-label={t('pasted', { label })}
        placeholder={placeholder}
        autosize
        minRows={3}
        maxRows={6}
        autoComplete="off"
        spellCheck={false}
        classNames={{ input: 'qm-mono' }}
        value={value}
        error={error}
        onChange={(event) => {
          setFileName(undefined);
          onChange(event.currentTarget.value);
        }}
      />
    </div>
  );
}
