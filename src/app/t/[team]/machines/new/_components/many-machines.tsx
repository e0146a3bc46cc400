'use client';

import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import { linesOf } from '@/lib/name-pattern';

import { type DriverDescription, type NewMachineValues, perMachineFields } from './new-machine-values';

import classes from './new-machine.module.css';

export interface ManyMachinesProps {
  readonly driver: DriverDescription;
  readonly values: NewMachineValues;
  readonly names: readonly string[];
}

/** All the machines that are going to be made, each with what it has of its own. */
export function ManyMachines({ driver, values, names }: ManyMachinesProps) {
  const t = useTranslations('newMachine.many');
  const fields = perMachineFields(driver);
  const lines = fields.map((field) => linesOf(values.perMachine[field] ?? ''));
  return (
    <section aria-labelledby="many-title" className={classes['panel']}>
      <div className={classes['panelHead']}>
        <h2 id="many-title">{t('title', { count: names.length })}</h2>
      </div>
      <ol className={classes['many']}>
        {names.map((name, nth) => (
          <li key={name}>
            <Mono>{name}</Mono>
            {fields.map((field, index) => {
              const value = lines[index]?.[nth] ?? '';
              return <span key={field}>{value === '' ? t('missing') : <Mono>{value}</Mono>}</span>;
            })}
          </li>
        ))}
      </ol>
      <p className={classes['note']}>{t('checked')}</p>
    </section>
  );
}
