'use client';

import { Checkbox, Skeleton, Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslations } from 'next-intl';

import { tableRoles } from '@/app/_ui/explicit-roles';
import { selfTestProbes } from '@/lib/self-test';

import { isGroupStart } from './probe-groups';
import { SelfTestRow } from './self-test-row';
import type { TestedMachine } from './self-test-view';

import classes from './self-tests.module.css';

export interface SelfTestGridProps {
  readonly team: string;
  /** Undefined while they are loaded. */
  readonly machines: readonly TestedMachine[] | undefined;
  readonly selected: readonly string[];
  readonly onSelect: (names: readonly string[]) => void;
  readonly onOpen: (name: string) => void;
}

/** Machines by attacks: what each ended with, and after how long. Cards on small screens. */
export function SelfTestGrid({ team, machines, selected, onSelect, onOpen }: SelfTestGridProps) {
  const t = useTranslations('selfTests');
  const names = machines?.map((machine) => machine.name) ?? [];
  const toggle = (name: string) =>
    onSelect(selected.includes(name) ? selected.filter((one) => one !== name) : [...selected, name]);
  return (
    <div className={classes['frame']}>
      <table className={classes['grid']} aria-label={t('title')} aria-busy={!machines} {...tableRoles.table}>
        <thead {...tableRoles.rowGroup}>
          <tr {...tableRoles.row}>
            <th {...tableRoles.head}>
              <Checkbox
                size="xs"
                aria-label={t('selectAll')}
                disabled={names.length === 0}
                checked={names.length > 0 && selected.length === names.length}
                indeterminate={selected.length > 0 && selected.length < names.length}
                onChange={() => onSelect(selected.length === names.length ? [] : names)}
              />
            </th>
            <th {...tableRoles.head}>{t('machine')}</th>
            <th {...tableRoles.head}>{t('verdict')}</th>
            {selfTestProbes.map((probe) => (
              <th key={probe} {...tableRoles.head} className={isGroupStart(probe) ? classes['group'] : undefined}>
                <Tooltip label={t(`probeMeans.${probe}`)}>
                  <UnstyledButton component="span" tabIndex={0} fz="xs" c="inherit" className={classes['probeHead']}>
                    {t(`probe.${probe}`)}
                  </UnstyledButton>
                </Tooltip>
              </th>
            ))}
          </tr>
        </thead>
        <tbody {...tableRoles.rowGroup}>
          {machines?.map((machine) => (
            <SelfTestRow
              key={machine.id}
              team={team}
              machine={machine}
              isSelected={selected.includes(machine.name)}
              onToggle={() => toggle(machine.name)}
              onOpen={() => onOpen(machine.name)}
            />
          ))}
          {!machines && Array.from({ length: 4 }, (_, index) => <ShapeRow key={index} />)}
        </tbody>
      </table>
    </div>
  );
}

function ShapeRow() {
  return (
    <tr {...tableRoles.row}>
      {Array.from({ length: selfTestProbes.length + 3 }, (_, index) => (
        <td key={index} {...tableRoles.cell}>
          <Skeleton height={12} width={index === 0 ? 16 : 64} my={4} />
          {index > 1 && <Skeleton height={10} width={40} my={4} />}
        </td>
      ))}
    </tr>
  );
}
