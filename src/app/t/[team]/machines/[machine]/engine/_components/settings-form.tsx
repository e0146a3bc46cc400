'use client';

import { Button, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef } from 'react';

import { CallError } from '@/app/_account/call-error';
import { OptionForm } from '@/app/_forms/option-form';
import { OptionStoreProvider } from '@/app/_forms/option-form-context';
import { initialValues, type OptionValues, toInput } from '@/app/_forms/option-values';
import { useFocusFirstError } from '@/app/_forms/use-focus-first-error';
import { useOptionStore } from '@/app/_forms/use-option-store';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { FormShape } from '@/app/_ui/loading-shape';
import { Notice } from '@/app/_ui/notice';
import type { OptionSchema } from '@/lib/option-schema';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import type { Machine } from '../../_components/use-machine';

/** What only an installation reads. */
const installOnly = ['source', 'version'] as const;

export interface SettingsFormProps {
  readonly team: string;
  readonly machine: Machine;
  readonly onClose: () => void;
}

/** The engine's settings to be changed; applying them is a job. */
export function SettingsForm(props: SettingsFormProps) {
  const t = useTranslations('machines.engine');
  const trpc = useTRPC();
  const { team, machine, onClose } = props;
  const description = useQuery(trpc.drivers.describe.queryOptions({ team, driver: machine.driver }));
  return (
    <Dialog opened onClose={onClose} title={t('change', { name: machine.name })} size="lg">
      <CallError error={description.error} />
      {description.data?.engine ? <Fields {...props} schema={description.data.engine} /> : <FormShape />}
    </Dialog>
  );
}

/** What was emptied is taken away on the server, too. */
const changesOf = (schema: OptionSchema, values: OptionValues): Record<string, unknown> => {
  const input = toInput(schema, values);
  const names = Object.keys(schema.properties ?? {}).filter((name) => !installOnly.some((other) => other === name));
  return Object.fromEntries(names.map((name) => [name, input[name] ?? null]));
};

function Fields({ team, machine, schema, onClose }: SettingsFormProps & { readonly schema: OptionSchema }) {
  const t = useTranslations('machines.engine');
  const trpc = useTRPC();
  const router = useRouter();
  const element = useRef<HTMLFormElement>(null);
  const focusFirstError = useFocusFirstError(element);
  const form = useForm({ initialValues: { engine: initialValues(schema, machine.engineSettings) } });
  const apply = useMutation(
    trpc.machines.act.mutationOptions({
      onSuccess: ({ jobId }) => router.push(paths.job(team, jobId)),
      onError: (error) => {
        form.setErrors({ ...findClientError(error)?.fieldErrors });
        focusFirstError();
      },
    }),
  );
  const store = useOptionStore(form, { team, isDisabled: apply.isPending });
  const send = () =>
    apply.mutate({
      team,
      machine: machine.name,
      action: 'apply-settings',
      settings: changesOf(schema, form.values.engine),
    });
  return (
    <OptionStoreProvider value={store}>
      <form ref={element} noValidate onSubmit={(event) => event.preventDefault()}>
        <Stack gap="md">
          <OptionForm path="engine" schema={schema} textPrefix="engine" without={installOnly} />
          <Notice tone="attention">{t('applyHint')}</Notice>
          <CallError error={apply.error} />
          <DialogFooter onCancel={onClose} isPending={apply.isPending}>
            <Button loading={apply.isPending} onClick={send}>
              {t('apply')}
            </Button>
          </DialogFooter>
        </Stack>
      </form>
    </OptionStoreProvider>
  );
}
