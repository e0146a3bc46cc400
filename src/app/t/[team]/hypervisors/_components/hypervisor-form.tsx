'use client';

import { Button, Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { CheckList } from '@/app/_forms/check/check-list';
import { OptionFields } from '@/app/_forms/option-field';
import { OptionStoreProvider } from '@/app/_forms/option-form-context';
import { useFocusFirstError } from '@/app/_forms/use-focus-first-error';
import { useOptionStore } from '@/app/_forms/use-option-store';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { LinkButton } from '@/app/_ui/link-button';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { type HypervisorKind, hypervisorKinds } from '@/lib/hypervisor-host';
import { paths } from '@/lib/paths';
import { findClientError } from '@/trpc/client-error';

import { type Hypervisor, type HypervisorValues, valuesOf, waySchema } from './hypervisor-values';
import { useHypervisorForm } from './use-hypervisor-form';

export interface HypervisorFormProps {
  readonly team: string;
  readonly isOperator: boolean;
  /** Left out: a new one is registered. */
  readonly host?: Hypervisor | undefined;
}

/** Registers a hypervisor host, or changes how one is reached; the check shows the key that is pinned. */
export function HypervisorForm({ team, isOperator, host }: HypervisorFormProps) {
  const t = useTranslations('hypervisors.form');
  const common = useTranslations('common');
  const element = useRef<HTMLFormElement>(null);
  const focusFirstError = useFocusFirstError(element);
  const form = useForm<HypervisorValues>({ initialValues: valuesOf(host) });
  const { check, save, hostKey, whyNot } = useHypervisorForm({ team, host, form, onRefused: focusFirstError });
  const store = useOptionStore(form, { team, isDisabled: save.isPending });
  const isSsh = form.values.kind === 'ssh';
  const refused = findClientError(check.error);
  return (
    <OptionStoreProvider value={store}>
      <form ref={element} noValidate onSubmit={(event) => event.preventDefault()}>
        <Stack gap={16} maw={760}>
          <Section title={t('name')}>
            <Stack gap={16}>
              <TextInput
                label={t('name')}
                placeholder={t('namePlaceholder')}
                required
                autoComplete="off"
                maw={360}
                {...form.getInputProps('name')}
              />
              {!host && <KindChoice isOperator={isOperator} value={form.values.kind} form={form} />}
            </Stack>
          </Section>
          {isSsh && (
            <Section title={t('reach')}>
              <WayFields host={host} />
              {host?.hasSudoPassword && (
                <Checkbox
                  mt={12}
                  label={t('forgetPassword')}
                  {...form.getInputProps('forgetsPassword', { type: 'checkbox' })}
                />
              )}
            </Section>
          )}
          <Section title={t('check')}>
            <Stack gap={12} align="flex-start">
              <Button type="button" variant="default" loading={check.isRunning} onClick={check.start}>
                {t('check')}
              </Button>
              {refused?.code !== 'input.invalid' && <CallError error={check.error} />}
              {check.view.probes.length > 0 && <CheckList probes={check.view.probes} />}
              {hostKey && hostKey.verdict !== 'pinned' && (
                <Notice tone="attention">
                  {t.rich('pin', { key: () => <Mono>{hostKey.fingerprint}</Mono>, type: hostKey.type })}
                </Notice>
              )}
            </Stack>
          </Section>
          <CallError error={save.error} fields={save.fields} />
          <Group gap={8}>
            <DisabledReason reason={whyNot === null ? undefined : t(whyNot)}>
              <Button type="button" loading={save.isPending} onClick={save.run}>
                {host ? t(hostKey?.verdict === 'changed' ? 'saveAndPin' : 'save') : t('create')}
              </Button>
            </DisabledReason>
            <LinkButton variant="default" href={host ? paths.hypervisor(team, host.id) : paths.hypervisors(team)}>
              {common('cancel')}
            </LinkButton>
          </Group>
        </Stack>
      </form>
    </OptionStoreProvider>
  );
}

function WayFields({ host }: { readonly host: Hypervisor | undefined }) {
  const t = useTranslations('hypervisors.form');
  const schema = waySchema({
    address: t('address'),
    addressHint: t('addressHint'),
    port: t('port'),
    user: t('user'),
    userHint: t('userHint'),
    sshKey: t('sshKey'),
    sudoPassword: t('sudoPassword'),
    sudoPasswordHint: t(host?.hasSudoPassword ? 'sudoPasswordKept' : 'sudoPasswordHint'),
  });
  return <OptionFields path="way" schema={schema} />;
}

interface KindChoiceProps {
  readonly isOperator: boolean;
  readonly value: HypervisorKind;
  readonly form: ReturnType<typeof useForm<HypervisorValues>>;
}

function KindChoice({ isOperator, value, form }: KindChoiceProps) {
  const t = useTranslations('hypervisors.form');
  return (
    <Stack gap={12}>
      <Radio.Group label={t('kind')} {...form.getInputProps('kind')}>
        <Stack gap={8} mt={8}>
          {hypervisorKinds.toReversed().map((kind) => (
            <Radio
              key={kind}
              value={kind}
              label={t(`kinds.${kind}`)}
              disabled={kind === 'local' && !isOperator}
              {...(kind === 'local' && !isOperator && { description: t('localNeedsOperator') })}
            />
          ))}
        </Stack>
      </Radio.Group>
      {value === 'local' && (
        <Notice tone="attention">
          {t('localMeans')} {t('localManyReplicas')}
        </Notice>
      )}
    </Stack>
  );
}
