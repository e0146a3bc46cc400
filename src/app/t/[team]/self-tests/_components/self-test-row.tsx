'use client';

import { Checkbox } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { tableRoles } from '@/app/_ui/explicit-roles';
import { RelativeTime } from '@/app/_ui/relative-time';
import { paths } from '@/lib/paths';
import { selfTestProbes } from '@/lib/self-test';

import { EnforcementWord } from '../../machines/_components/enforcement';
import { HistoryButton } from './history-button';
import { Outcome } from './outcome';
import { isGroupStart } from './probe-groups';
import { probesOf, type TestedMachine, verdictOf } from './self-test-view';
import { VerdictBadge } from './verdict-badge';

import classes from './self-tests.module.css';

export interface SelfTestRowProps {
  readonly team: string;
  readonly machine: TestedMachine;
  readonly isSelected: boolean;
  readonly onToggle: () => void;
  /** Opens the machine's history. */
  readonly onOpen: () => void;
}

/** One machine's last test. */
export function SelfTestRow({ team, machine, isSelected, onToggle, onOpen }: SelfTestRowProps) {
  const t = useTranslations('selfTests');
  const { latest } = machine;
  const verdict = verdictOf(latest);
  return (
    <tr {...tableRoles.row} data-verdict={verdict}>
      <td {...tableRoles.cell} className={classes['select']}>
        <Checkbox size="xs" aria-label={t('select', { name: machine.name })} checked={isSelected} onChange={onToggle} />
      </td>
      <td {...tableRoles.cell} className={classes['title']}>
        <span className={classes['name']}>
          <HistoryButton name={machine.name} onOpen={onOpen} />
          <span className={classes['quiet']}>
            <EnforcementWord enforcement={machine.enforcement} />
          </span>
        </span>
      </td>
      <td {...tableRoles.cell}>
        <span className={classes['label']}>{t('verdict')}</span>
        <span className={classes['name']}>
          <VerdictBadge verdict={verdict} />
          {latest && (
            <span className={classes['quiet']}>
              {latest.finishedAt === null && latest.jobId ? (
                <Link href={paths.job(team, latest.jobId)}>{t('job')}</Link>
              ) : (
                <RelativeTime at={latest.finishedAt ?? latest.startedAt} />
              )}
            </span>
          )}
        </span>
      </td>
      {latest
        ? probesOf(latest).map(({ probe, result }) => (
            <td key={probe} {...tableRoles.cell} className={isGroupStart(probe) ? classes['group'] : undefined}>
              <span className={classes['label']}>{t(`probe.${probe}`)}</span>
              <Outcome result={result} isRunning={latest.finishedAt === null} />
            </td>
          ))
        : selfTestProbes.map((probe) => (
            <td key={probe} {...tableRoles.cell} className={classes['untested']} data-start={isGroupStart(probe)}>
              –
            </td>
          ))}
    </tr>
  );
}
