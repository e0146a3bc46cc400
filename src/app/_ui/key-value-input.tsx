'use client';

import { ActionIcon, Button, Input, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import { type ClipboardEvent, type ReactNode, useId, useRef } from 'react';

import { type KeyValuePair, parsePairs } from './key-value-pairs';

import classes from './key-value-input.module.css';

export interface KeyValueInputProps {
  readonly label: string;
  readonly description?: ReactNode | undefined;
  readonly error?: ReactNode | undefined;
  readonly value: readonly KeyValuePair[];
  readonly onChange: (value: readonly KeyValuePair[]) => void;
  /** Messages by index, shown under the row. */
  readonly rowErrors?: Readonly<Record<number, string>> | undefined;
  readonly namePlaceholder?: string | undefined;
  readonly valuePlaceholder?: string | undefined;
  readonly addLabel?: string | undefined;
  readonly isDisabled?: boolean | undefined;
}

/** Names with values (labels, environment). Pasting several NAME=value lines into a name fills as many rows. */
export function KeyValueInput(props: KeyValueInputProps) {
  const { label, value, onChange, rowErrors = {}, isDisabled = false } = props;
  const t = useTranslations('common.keyValue');
  const id = useId();
  const list = useRef<HTMLFieldSetElement>(null);

  const change = (index: number, part: Partial<KeyValuePair>) =>
    onChange(value.map((pair, at) => (at === index ? { ...pair, ...part } : pair)));
  const paste = (index: number, event: ClipboardEvent) => {
    const pairs = parsePairs(event.clipboardData.getData('text'));
    if (pairs.length === 0) return;
    event.preventDefault();
    onChange([...value.slice(0, index), ...pairs, ...value.slice(index + 1)]);
  };
  const add = () => {
    onChange([...value, { name: '', value: '' }]);
    requestAnimationFrame(() => {
      const names = list.current?.querySelectorAll<HTMLInputElement>('input[data-name]');
      names?.[names.length - 1]?.focus();
    });
  };

  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id }}
      description={props.description}
      error={props.error}
    >
      <fieldset className={classes['list']} aria-labelledby={id} ref={list}>
        {value.map((pair, index) => (
          // Rows have no identity but their place: two empty ones are alike.
          <div key={index} className={classes['row']}>
            <TextInput
              data-name
              aria-label={`${t('name')} ${index + 1}`}
              placeholder={props.namePlaceholder}
              value={pair.name}
              onChange={(event) => change(index, { name: event.currentTarget.value })}
              onPaste={(event) => paste(index, event)}
              error={rowErrors[index]}
              disabled={isDisabled}
              spellCheck={false}
              autoCapitalize="off"
              classNames={{ input: 'qm-mono' }}
            />
            <span className={classes['equals']} aria-hidden>
              =
            </span>
            <TextInput
              aria-label={`${t('value')} ${index + 1}`}
              placeholder={props.valuePlaceholder}
              value={pair.value}
              onChange={(event) => change(index, { value: event.currentTarget.value })}
              disabled={isDisabled}
              spellCheck={false}
              autoCapitalize="off"
              classNames={{ input: 'qm-mono' }}
            />
            <ActionIcon
              size={36}
              aria-label={pair.name ? t('remove', { name: pair.name }) : t('removeEmpty')}
              onClick={() => onChange(value.filter((_, at) => at !== index))}
              disabled={isDisabled}
            >
              <IconX size={16} stroke={1.8} aria-hidden />
            </ActionIcon>
          </div>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={add}
          disabled={isDisabled}
          className={classes['add']}
        >
          {props.addLabel ?? t('add')}
        </Button>
      </fieldset>
    </Input.Wrapper>
  );
}
