'use client';

import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import type { ShownHostKey } from '@/lib/host-check';

import { type DriverDescription, enforcementOf, type NewMachineValues, swarmOf } from './new-machine-values';

import classes from './new-machine.module.css';

export interface PlanProps {
  readonly driver: DriverDescription;
  readonly values: NewMachineValues;
}

const sshSteps = {
  engine: ['signIn', 'check', 'backUp', 'engine', 'settings', 'certificates', 'start', 'verify'],
  gate: ['signIn', 'check', 'backUp', 'engine', 'installGate', 'settings', 'start', 'gate', 'verify'],
} as const;

const sshStepsOf = (driver: DriverDescription, values: NewMachineValues) => {
  if (driver.provisioning === 'none') return [];
  const steps = sshSteps[enforcementOf(driver, values)];
  return driver.makesHost
    ? steps.flatMap((step) => (step === 'engine' ? (['hostName', step] as const) : [step]))
    : steps;
};

/** What Create will do, one sentence each, in the order in which it happens. */
export function Plan({ driver, values }: PlanProps) {
  const t = useTranslations('newMachine.plan');
  const name = () => <Mono>{values.name}</Mono>;
  const people = values.access.length;
  const swarm = swarmOf(driver, values);
  return (
    <section aria-labelledby="plan-title" className={classes['panel']}>
      <div className={classes['panelHead']}>
        <h2 id="plan-title">{t('title')}</h2>
      </div>
      <ol className={classes['plan']}>
        {driver.makesHost && <li>{values.name ? t.rich('make', { name }) : t('makeUnnamed')}</li>}
        {sshStepsOf(driver, values).map((step) => (
          <li key={step}>{t(`ssh.${step}`, { people })}</li>
        ))}
        {swarm && <li>{t(`swarm.${swarm.kind}`)}</li>}
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
