'use client';

import { ActionIcon, Button, Menu, TextInput, Tooltip } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronUp,
  IconClock,
  IconDownload,
  IconSearch,
  IconTextWrap,
  IconX,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslations } from 'next-intl';
import type { ReactNode, RefObject } from 'react';

import { paths } from '@/lib/paths';

import classes from './log-toolbar.module.css';

export interface LogToolbarProps {
  readonly team: string;
  readonly job: string;
  readonly searchField: RefObject<HTMLInputElement | null>;
  readonly search: {
    readonly text: string;
    readonly setText: (text: string) => void;
    readonly count: number | undefined;
    readonly isComplete: boolean;
    /** From 1; 0 while the search stands at no match. */
    readonly position: number;
    readonly next: () => void;
    readonly previous: () => void;
  };
  readonly hasTimes: boolean;
  readonly onTimes: (hasTimes: boolean) => void;
  readonly isWrapped: boolean;
  readonly onWrap: (isWrapped: boolean) => void;
  /** Undefined for a job that has ended: there is nothing to follow. */
  readonly follow: { readonly isFollowed: boolean; readonly setFollowed: (isFollowed: boolean) => void } | undefined;
  /** The copy button. */
  readonly copy: ReactNode;
}

/** What can be done with the log: search, times, wrapping, following, copying, downloading. */
export function LogToolbar(props: LogToolbarProps) {
  const { team, job, hasTimes, onTimes, isWrapped, onWrap, follow, copy } = props;
  const t = useTranslations('jobs.log');
  return (
    <div className={classes['bar']} role="toolbar" aria-label={t('label')}>
      <SearchField {...props} />
      <div className={classes['buttons']}>
        <Toggle icon={IconClock} label={t('times')} isOn={hasTimes} onChange={onTimes} />
        <Toggle icon={IconTextWrap} label={t('wrap')} isOn={isWrapped} onChange={onWrap} />
        {follow && (
          <Tooltip label={t('followHint')}>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              aria-pressed={follow.isFollowed}
              aria-keyshortcuts="f"
              className={classes['toggle']}
              onClick={() => follow.setFollowed(!follow.isFollowed)}
            >
              {t('follow')}
            </Button>
          </Tooltip>
        )}
        {copy}
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t('download')} size={30}>
              <IconDownload size={18} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('download')}</Menu.Label>
            <Menu.Item component="a" href={paths.jobLog(team, job)} download>
              {t('downloadPlain')}
            </Menu.Item>
            <Menu.Item component="a" href={paths.jobLog(team, job, { ansi: 1 })} download>
              {t('downloadAnsi')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}

function SearchField({ search, searchField }: Pick<LogToolbarProps, 'search' | 'searchField'>) {
  const t = useTranslations('jobs.log');
  const { text, setText, count, isComplete, position, next, previous } = search;
  const outcome =
    count === undefined
      ? ''
      : count === 0
        ? t('noMatches')
        : t(isComplete ? 'matches' : 'matchesMore', { current: position, count });
  return (
    <search className={classes['search']}>
      <TextInput
        ref={searchField}
        size="xs"
        className={classes['field']}
        aria-label={t('search')}
        aria-keyshortcuts="/"
        placeholder={t('search')}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault();
            if (event.shiftKey) previous();
            else next();
          }
          if (event.key === 'Escape') {
            setText('');
            event.currentTarget.blur();
          }
        }}
        leftSection={<IconSearch size={14} stroke={1.8} aria-hidden />}
        rightSection={
          text !== '' && (
            <ActionIcon size="xs" aria-label={t('clear')} onClick={() => setText('')}>
              <IconX size={12} stroke={2} aria-hidden />
            </ActionIcon>
          )
        }
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
      />
      {text !== '' && (
        <>
          <output className={classes['outcome']}>{outcome}</output>
          <ActionIcon size={28} aria-label={t('previous')} onClick={previous} disabled={!count}>
            <IconChevronUp size={16} stroke={1.8} aria-hidden />
          </ActionIcon>
          <ActionIcon size={28} aria-label={t('next')} onClick={next} disabled={!count}>
            <IconChevronDown size={16} stroke={1.8} aria-hidden />
          </ActionIcon>
        </>
      )}
    </search>
  );
}

interface ToggleProps {
  readonly icon: TablerIcon;
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Toggle({ icon: Icon, label, isOn, onChange }: ToggleProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        aria-label={label}
        aria-pressed={isOn}
        className={classes['toggle']}
        onClick={() => onChange(!isOn)}
      >
        <Icon size={18} stroke={1.6} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
