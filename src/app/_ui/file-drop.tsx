'use client';

import { Button, Input } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type DragEvent, type ReactNode, useId, useRef, useState } from 'react';

import { formatBytes } from '@/lib/format/bytes';

import { readTextFile } from './read-text-file';

import classes from './file-drop.module.css';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface FileDropProps {
  readonly label: string;
  readonly description?: ReactNode;
  /** What is wrong with the file that was taken. */
  readonly error?: ReactNode;
  /** The file that was taken; its name is shown. */
  readonly fileName?: string | undefined;
  readonly onFile: (file: TextFile) => void;
  /** File name ends and types, as in the HTML attribute: ".pem,.key". */
  readonly accept?: string | undefined;
  readonly sizeMaxBytes?: number | undefined;
  readonly isDisabled?: boolean | undefined;
}

/** Takes one small text file (a key, a certificate) by choice or by drop, and reads it in the browser. */
export function FileDrop(props: FileDropProps) {
  const { label, onFile, accept, sizeMaxBytes = 65_536, isDisabled = false } = props;
  const t = useTranslations('common.fileDrop');
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const [problem, setProblem] = useState<string>();

  const take = async (file: File | undefined) => {
    if (!file || isDisabled) return;
    const outcome = await readTextFile(file, sizeMaxBytes);
    if (outcome.ok) {
      setProblem(undefined);
      onFile({ name: file.name, text: outcome.text });
      return;
    }
    const size = formatBytes(file.size);
    setProblem(t(outcome.reason, { size, limit: formatBytes(sizeMaxBytes) }));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    void take(event.dataTransfer.files[0]);
  };

  return (
    <Input.Wrapper label={label} labelElement="label" labelProps={{ htmlFor: id }} {...messages(props, problem)}>
      <div
        className={classes['drop']}
        data-over={isOver || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        <input
          ref={input}
          id={id}
          type="file"
          className={classes['input']}
          disabled={isDisabled}
          {...(accept === undefined ? {} : { accept })}
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            // The same file may be chosen again after it was changed.
            event.currentTarget.value = '';
          }}
        />
        <Button
          variant="default"
          size="xs"
          tabIndex={-1}
          aria-hidden
          disabled={isDisabled}
          leftSection={<IconUpload size={14} stroke={1.8} aria-hidden />}
          onClick={() => input.current?.click()}
        >
          {t('choose')}
        </Button>
        <span className={classes['hint']}>
          {props.fileName === undefined ? t('orDrop') : <span className="qm-mono">{props.fileName}</span>}
        </span>
      </div>
    </Input.Wrapper>
  );
}

const messages = ({ description, error }: FileDropProps, problem: string | undefined) => ({
  ...(description === undefined ? {} : { description }),
  ...((problem ?? error) === undefined ? {} : { error: problem ?? error }),
});
