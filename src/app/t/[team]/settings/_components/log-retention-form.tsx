'use client';

import { NumberInput, Radio, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { Section } from '@/app/_account/section';
import { logDaysBounds } from '@/lib/log-retention';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

interface Values {
  readonly keeps: 'days' | 'always';
  /** An empty number field holds the empty text. */
  readonly days: number | string;
}

const daysOf = ({ keeps, days }: Values): number | null => (keeps === 'always' ? null : Number(days));

/** For how long the logs of ended jobs are kept, for owners to change. */
export function LogRetentionForm({ team }: { readonly team: RouterOutputs['team']['get'] }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { min, max } = logDaysBounds;
  const form = useForm<Values>({
    initialValues: { keeps: team.logDaysKept === null ? 'always' : 'days', days: team.logDaysKept ?? 90 },
    validate: {
      days: (value, { keeps }) =>
        keeps === 'always' || (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max)
          ? null
          : t('logs.outOfBounds', { min, max }),
    },
  });
  const save = useMutation(
    trpc.team.setLogRetention.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        await queries.invalidateQueries(trpc.team.get.queryFilter({ team: team.slug }));
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const submit = form.onSubmit((values) => save.mutate({ team: team.slug, days: daysOf(values) }));
  return (
    <form onSubmit={submit} noValidate>
      <Section title={t('logs.title')} hint={t('logs.hint')}>
        <Radio.Group aria-label={t('logs.title')} {...form.getInputProps('keeps')}>
          <Stack gap={8}>
            <Radio value="days" label={t('logs.forDays')} />
            <Radio value="always" label={t('logs.always')} />
          </Stack>
        </Radio.Group>
        {form.values.keeps === 'days' && (
          <NumberInput
            label={t('logs.days')}
            maw={200}
            mt={12}
            allowDecimal={false}
            allowNegative={false}
            // A number out of bounds is told about, not changed silently.
            clampBehavior="none"
            {...form.getInputProps('days')}
          />
        )}
      </Section>
      <Stack gap="md" mt={16}>
        <CallError error={save.error} fields={['days']} />
        <SaveButton
          isPending={save.isPending}
          isSaved={save.isSuccess && !form.isDirty()}
          reason={form.isDirty() ? undefined : t('unchanged')}
        />
      </Stack>
    </form>
  );
}
