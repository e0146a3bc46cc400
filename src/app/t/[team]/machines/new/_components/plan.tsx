'use client';

import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import type { ShownHostKey } from '@/lib/host-check';

import { type DriverDescription, enforcementOf, type NewMachineValues } from './new-machine-values';

import classes from './new-machine.module.css';

export interface PlanProps {
  readonly driver: DriverDescription;
  readonly values: NewMachineValues;
}

const sshSteps = {
  engine: ['signIn', 'check', 'backUp', 'engine', 'settings', 'certificates', 'start', 'verify'],
  gate: ['signIn', 'check', 'backUp', 'engine', 'installGate', 'settings', 'start', 'gate', 'verify'],
} as const;

/** What Create will do, one sentence each, in the order in which it happens. */
export function Plan({ driver, values }: PlanProps) {
  const t = useTranslations('newMachine.plan');
  const name = () => <Mono>{values.name}</Mono>;
  const people = values.access.length;
  return (
    <section aria-labelledby="plan-title" className={classes['panel']}>
      <div className={classes['panelHead']}>
        <h2 id="plan-title">{t('title')}</h2>
      </div>
      <ol className={classes['plan']}>
        {driver.provisioning === 'none' && <li>{values.name ? t.rich('make', { name }) : t('makeUnnamed')}</li>}
        {driver.provisioning === 'ssh' &&
          sshSteps[enforcementOf(driver, values)].map((step) => <li key={step}>{t(`ssh.${step}`, { people })}</li>)}
      </ol>
    </section>
  );
}

/** What Create does about the key that the host has shown. */
export function PinNotice({ hostKey }: { readonly hostKey: ShownHostKey }) {
  const t = useTranslations('newMachine.plan');
  return (
    <p className={classes['pin']}>
      {t.rich('pin', { key: () => <Mono>{hostKey.fingerprint}</Mono>, type: hostKey.type })}
    </p>
  );
}
