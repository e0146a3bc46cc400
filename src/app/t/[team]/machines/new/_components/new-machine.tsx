'use client';

import { Button, Group, Text } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef, useTransition } from 'react';

import { CallError } from '@/app/_account/call-error';
import { AddCredential } from '@/app/_forms/credential/credential-dialog';
import { OptionForm } from '@/app/_forms/option-form';
import { OptionStoreProvider } from '@/app/_forms/option-form-context';
import { useFocusFirstError } from '@/app/_forms/use-focus-first-error';
import { useOptionStore } from '@/app/_forms/use-option-store';
import { scrollable } from '@/app/_ui/explicit-roles';
import { Notice } from '@/app/_ui/notice';
import { checkVerdict } from '@/lib/host-check';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';
import { findClientError } from '@/trpc/client-error';

import { useTeamRole } from '../../../_frame/team-role';
import { SwarmChoiceField } from '../../../swarms/_components/swarm-choice-field';
import { AccessField } from './access-field';
import { CheckPanel } from './check-panel';
import { DriverCards } from './driver-cards';
import { EnforcementField } from './enforcement-field';
import { ManyMachines } from './many-machines';
import { NameField } from './name-field';
import {
  type AccessChoice,
  type DriverCard,
  type DriverDescription,
  enforcementOf,
  manyNames,
  perMachineFields,
} from './new-machine-values';
import { PerMachineFields } from './per-machine-fields';
import { PinNotice, Plan } from './plan';
import { Section } from './section';
import { Summary } from './summary';
import { useLiveCheck } from './use-live-check';
import { useNewMachine } from './use-new-machine';
import { useThingNames } from './use-thing-names';

import classes from './new-machine.module.css';

export interface NewMachineProps {
  readonly team: string;
  readonly drivers: readonly DriverCard[];
  readonly description: DriverDescription;
  readonly choices: readonly AccessChoice[];
}

/** Labels stand beside the name: they are how people find the machine, though the engine keeps them. */
const basicEngineFields = ['labels'] as const;

const titleOf = (error: unknown) => (typeof error === 'string' ? error : undefined);

/** The page for a new machine: what it is at the left; check, summary and plan at the right, always up to date. */
export function NewMachine({ team, drivers, description: driver, choices }: NewMachineProps) {
  const t = useTranslations('newMachine');
  const router = useRouter();
  const formElement = useRef<HTMLFormElement>(null);
  const focusFirstError = useFocusFirstError(formElement);
  const [isSwitching, startSwitching] = useTransition();
  const machine = useNewMachine({ team, driver, choices, onRefused: focusFirstError });
  const { form, isCreating } = machine;
  const many = manyNames(form.values.name);
  const store = useOptionStore(form, { team, driver: driver.id, isDisabled: isCreating, AddCredential });
  const check = useLiveCheck({ team, driver, form, isReady: machine.isRestored });
  const thingName = useThingNames(team, driver);

  // Enter in a field adds, looks up or moves on; only the button and Ctrl/Cmd-Enter make a machine.
  const create = () => {
    if (!isCreating) machine.create(check.hostKey);
  };
  useHotkeys([['mod+Enter', create]], []);
  const missingTitles = check.missing.map((name) => driver.options.properties?.[name]?.title ?? name).join(', ');
  const verdict = checkVerdict(check.view);
  const mayUseSwarms = roleReaches(useTeamRole(), 'admin');
  const refused = findClientError(machine.error);
  const atFields = Object.keys(form.errors).length;

  return (
    <OptionStoreProvider value={store}>
      <form
        ref={formElement}
        noValidate
        onSubmit={(event) => event.preventDefault()}
        className={classes['layout']}
        aria-busy={isSwitching}
      >
        <div className={classes['main']}>
          <Section id="driver" title={t('driver.title')}>
            <DriverCards
              drivers={drivers}
              chosen={driver.id}
              onChoose={(id) =>
                startSwitching(() => router.replace(paths.newMachine(team, { driver: id }), { scroll: false }))
              }
            />
          </Section>
          <Section id="basics" title={t('basics')}>
            <NameField
              team={team}
              value={form.values.name}
              onChange={(name) => store.setValue('name', name)}
              error={store.errorAt('name')}
              isDisabled={isCreating}
              namesHost={driver.makesHost && driver.provisioning === 'ssh'}
            />
            {driver.engine && (
              <div className={classes['gap']}>
                <OptionForm
                  path="engine"
                  schema={withoutGroups(driver.engine, basicEngineFields)}
                  textPrefix="engine"
                  only={basicEngineFields}
                />
              </div>
            )}
          </Section>
          <Section id="options" title={driver.label} onLeaveField={check.hurry}>
            {many && (
              <PerMachineFields
                driver={driver}
                names={many}
                values={form.values.perMachine}
                onChange={(lines) => store.setValue('perMachine', lines)}
                errorAt={(path) => titleOf(form.errors[path])}
                isDisabled={isCreating}
              />
            )}
            <OptionForm
              path="options"
              schema={driver.options}
              textPrefix={`${driver.id}.options`}
              without={many ? perMachineFields(driver) : []}
            />
          </Section>
          {driver.engine && (
            <Section id="engine" title={t('engine')}>
              <OptionForm path="engine" schema={driver.engine} textPrefix="engine" without={basicEngineFields} />
            </Section>
          )}
          <Section id="access" title={t('access.title')} hint={t('access.hint')}>
            <AccessField
              choices={choices}
              value={form.values.access}
              onChange={(ids) => store.setValue('access', ids)}
              error={titleOf(form.errors['access'])}
              isDisabled={isCreating}
            />
          </Section>
          {driver.provisioning === 'ssh' && (
            <Section id="enforcement" title={t('enforcement.title')} hint={t('enforcement.hint')}>
              <EnforcementField
                value={enforcementOf(driver, form.values)}
                noGate={driver.noGate}
                onChange={(enforcement) => store.setValue('enforcement', enforcement)}
                isDisabled={isCreating}
              />
            </Section>
          )}
          {driver.provisioning === 'ssh' && mayUseSwarms && (
            <Section id="swarm" title={t('swarm.title')} hint={t('swarm.hint')}>
              <SwarmChoiceField
                team={team}
                value={form.values.swarm}
                onChange={(swarm) => store.setValue('swarm', swarm)}
                mayBeNone
                mayStart={!many}
                errorAt={store.errorAt}
                isDisabled={isCreating}
              />
            </Section>
          )}
        </div>
        <aside className={classes['side']}>
          <div className={classes['panels']} {...scrollable} aria-label={t('review')}>
            {many && <ManyMachines driver={driver} values={form.values} names={many} />}
            {!many && (driver.provisioning === 'ssh' || driver.hasPrecheck) && (
              <CheckPanel check={check} missingTitles={missingTitles} />
            )}
            <Summary driver={driver} values={form.values} choices={choices} thingName={thingName} />
            <Plan driver={driver} values={form.values} />
          </div>
          <div className={classes['send']}>
            {refused && atFields > 0 ? (
              <Notice tone="failed" role="alert" title={refused.public} />
            ) : (
              <CallError error={machine.error} />
            )}
            {!many && check.hostKey?.verdict === 'new' && <PinNotice hostKey={check.hostKey} />}
            {!many && verdict === 'failed' && <Text size="sm">{t('checkFailed')}</Text>}
            <Group gap="xs">
              <Button type="button" loading={isCreating} flex={1} onClick={create}>
                {many ? t('many.create', { count: many.length }) : t('create')}
              </Button>
              <Button variant="default" onClick={machine.startOver} disabled={isCreating}>
                {t('startOver')}
              </Button>
            </Group>
          </div>
        </aside>
      </form>
    </OptionStoreProvider>
  );
}

/** The schema with some fields taken out of their groups, to be drawn among the common ones. */
const withoutGroups = (schema: NonNullable<DriverDescription['engine']>, names: readonly string[]) => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, { group, ...field }]) => [
      name,
      names.includes(name) || group === undefined ? field : { ...field, group },
    ]),
  ),
});
