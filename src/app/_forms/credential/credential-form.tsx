'use client';

import { Button, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRef } from 'react';

import { CallError } from '@/app/_account/call-error';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

import { OptionForm } from '../option-form';
import { OptionStoreProvider } from '../option-form-context';
import { initialValues, toInput } from '../option-values';
import { onlyHere } from '../ssh-key/key-form';
import { useFocusFirstError } from '../use-focus-first-error';
import { useOptionStore } from '../use-option-store';

export type Credential = RouterOutputs['credentials']['list'][number];
export type CredentialKind = RouterOutputs['credentials']['kinds']['kinds'][number];

export interface CredentialFormProps {
  readonly team: string;
  readonly kind: CredentialKind;
  /** The one that is changed; left out: a new one. */
  readonly credential?: Credential | undefined;
  readonly onCancel: () => void;
  readonly onKept: (id: string) => void;
}

/** What can be kept although the provider could not be asked, or said no. */
const mayBeKept = new Set(['credential.rejected', 'driver.unreachable', 'driver.failed']);

function useKeep({ team, kind, credential, onKept }: CredentialFormProps, onRefused: (error: unknown) => void) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const kept = async (id: string) => {
    await queries.invalidateQueries({ queryKey: trpc.credentials.pathKey() });
    await queries.invalidateQueries({ queryKey: trpc.drivers.choices.pathKey() });
    onKept(id);
  };
  const create = useMutation(
    trpc.credentials.create.mutationOptions({ onSuccess: ({ id }) => kept(id), onError: onRefused }),
  );
  const update = useMutation(
    trpc.credentials.update.mutationOptions({ onSuccess: () => kept(credential?.id ?? ''), onError: onRefused }),
  );
  const keep = (entered: { name: string; values: Record<string, unknown>; isUnchecked: boolean }) =>
    credential
      ? update.mutate({ team, id: credential.id, ...entered })
      : create.mutate({ team, driver: kind.driver, ...entered });
  return { keep, error: create.error ?? update.error, isPending: create.isPending || update.isPending };
}

/** An account at a provider. The provider is asked before it is kept. */
export function CredentialForm(props: CredentialFormProps) {
  const { team, kind, credential, onCancel } = props;
  const t = useTranslations('credentials.form');
  const element = useRef<HTMLFormElement>(null);
  const focusFirstError = useFocusFirstError(element);
  const form = useForm({
    initialValues: {
      name: credential?.name ?? '',
      values: initialValues(kind.schema, credential?.values),
    },
  });
  const { keep, error, isPending } = useKeep(props, (refused) => {
    form.setErrors({ ...findClientError(refused)?.fieldErrors });
    focusFirstError();
  });
  const store = useOptionStore(form, { team, isDisabled: isPending });
  const send = (isUnchecked: boolean) =>
    keep({ name: form.values.name, values: toInput(kind.schema, form.values.values), isUnchecked });
  const refused = findClientError(error);
  return (
    <OptionStoreProvider value={store}>
      <form
        ref={element}
        noValidate
        onSubmit={onlyHere((event) => {
          event.preventDefault();
          send(false);
        })}
      >
        <Stack gap="md">
          <TextInput
            data-autofocus
            label={t('name')}
            placeholder={t('namePlaceholder')}
            required
            autoComplete="off"
            disabled={isPending}
            {...form.getInputProps('name')}
          />
          <OptionForm
            path="values"
            schema={keptSecrets(kind, credential, t('stays'))}
            textPrefix={`${kind.driver}.credential`}
          />
          <CallError error={error} fields={Object.keys(form.errors)} />
          <DialogFooter onCancel={onCancel} isPending={isPending}>
            {refused && mayBeKept.has(refused.code) && (
              <Button variant="default" disabled={isPending} onClick={() => send(true)}>
                {t('keepAnyway')}
              </Button>
            )}
            <Button type="submit" loading={isPending}>
              {credential ? t('change') : t('add')}
            </Button>
          </DialogFooter>
        </Stack>
      </form>
    </OptionStoreProvider>
  );
}

/** The schema with a word at each secret that is kept and stays where its field is left empty. */
function keptSecrets({ schema }: CredentialKind, credential: Credential | undefined, stays: string) {
  const paths = new Set(credential?.secrets ?? []);
  const mark = (field: CredentialKind['schema'], path: string): CredentialKind['schema'] => ({
    ...field,
    ...(field.secret && paths.has(path) && { placeholder: stays }),
    ...(field.properties && {
      properties: Object.fromEntries(
        Object.entries(field.properties).map(([name, inner]) => [name, mark(inner, path ? `${path}.${name}` : name)]),
      ),
    }),
    ...(field.oneOf && { oneOf: field.oneOf.map((variant) => mark(variant, path)) }),
  });
  return paths.size === 0 ? schema : mark(schema, '');
}
