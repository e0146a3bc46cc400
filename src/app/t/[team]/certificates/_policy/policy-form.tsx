'use client';

import { Checkbox, NumberInput, Select, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { keySizes, validityBounds } from '@/lib/team-policy';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

export type Policy = RouterOutputs['certificates']['policy'];

const dayFields = [
  ['clientValidForDays', 'client'],
  ['engineValidForDays', 'engine'],
  ['caValidForDays', 'ca'],
] as const;

type DayField = (typeof dayFields)[number][0];

/** An empty number field holds the empty text; a select holds text. */
type Values = Record<DayField, number | string> & { keyBits: string; csrFilesAllowed: boolean };

const valuesOf = (policy: Policy): Values => ({ ...policy, keyBits: String(policy.keyBits) });

function usePolicyForm(policy: Policy) {
  const t = useTranslations('policy');
  const days = (kind: keyof typeof validityBounds) => (value: number | string) => {
    const { min, max } = validityBounds[kind];
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? null
      : t('outOfBounds', { min, max });
  };
  return useForm<Values>({
    initialValues: valuesOf(policy),
    validate: Object.fromEntries(dayFields.map(([field, kind]) => [field, days(kind)])),
  });
}

/** The policy, for those who may change it. */
export function PolicyForm({ team, policy }: { readonly team: string; readonly policy: Policy }) {
  const t = useTranslations('policy');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const form = usePolicyForm(policy);
  const save = useMutation(
    trpc.certificates.setPolicy.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        await queries.invalidateQueries(trpc.certificates.policy.queryFilter({ team }));
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const submit = form.onSubmit(({ clientValidForDays, engineValidForDays, caValidForDays, keyBits, csrFilesAllowed }) =>
    save.mutate({
      team,
      clientValidForDays: Number(clientValidForDays),
      engineValidForDays: Number(engineValidForDays),
      caValidForDays: Number(caValidForDays),
      keyBits: keySizes.find((size) => String(size) === keyBits) ?? policy.keyBits,
      csrFilesAllowed,
    }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap={16} maw={520}>
        {dayFields.map(([field, kind]) => (
          <NumberInput
            key={field}
            label={t(field)}
            description={t(`${field}Hint`, validityBounds[kind])}
            suffix={` ${t('days')}`}
            allowDecimal={false}
            allowNegative={false}
            // A number out of bounds is told about, not changed silently.
            clampBehavior="none"
            {...form.getInputProps(field)}
          />
        ))}
        <Select
          label={t('keyBits')}
          description={t('keyBitsHint')}
          data={keySizes.map((size) => ({ value: String(size), label: t('bits', { count: String(size) }) }))}
          {...form.getInputProps('keyBits')}
        />
        <Checkbox
          label={t('csrFilesAllowed')}
          description={t('csrFilesAllowedHint')}
          {...form.getInputProps('csrFilesAllowed', { type: 'checkbox' })}
        />
        <CallError error={save.error} fields={Object.keys(form.values)} />
        <SaveButton
          isPending={save.isPending}
          isSaved={save.isSuccess && !form.isDirty()}
          reason={form.isDirty() ? undefined : t('unchanged')}
        />
      </Stack>
    </form>
  );
}
