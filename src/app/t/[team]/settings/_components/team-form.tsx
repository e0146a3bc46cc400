'use client';

import { NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';

import { CallError } from '@/app/_account/call-error';
import { SaveButton } from '@/app/_account/save-button';
import { Section } from '@/app/_account/section';
import { teamNameSchema } from '@/lib/team-name';
import { keySizes, teamPolicySchema, validityBounds } from '@/lib/team-policy';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

type Team = RouterOutputs['team']['get'];

interface TeamValues {
  name: string;
  /** An empty field holds the empty text. */
  clientValidForDays: number | string;
  engineValidForDays: number | string;
  keyBits: string;
}

const valuesOf = ({ name, clientValidForDays, engineValidForDays, keyBits }: Team): TeamValues => ({
  name,
  clientValidForDays,
  engineValidForDays,
  keyBits: String(keyBits),
});

const useTeamForm = (team: Team) => {
  const t = useTranslations('settings.team.errors');
  const setup = useTranslations('setup.errors');
  const days = (kind: 'client' | 'engine') => (value: number | string) => {
    const { min, max } = validityBounds[kind];
    return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? null
      : t('days', { min, max });
  };
  return useForm<TeamValues>({
    initialValues: valuesOf(team),
    validate: {
      name: (value) => (teamNameSchema.safeParse(value).success ? null : setup('teamName')),
      clientValidForDays: days('client'),
      engineValidForDays: days('engine'),
    },
  });
};

/** The team's name and certificate policy, for owners to change. */
export function TeamForm({ team: initial }: { readonly team: Team }) {
  const t = useTranslations('settings');
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { data: team } = useQuery(trpc.team.get.queryOptions({ team: initial.slug }, { initialData: initial }));
  const form = useTeamForm(team);
  const save = useMutation(
    trpc.team.update.mutationOptions({
      onSuccess: async () => {
        form.resetDirty();
        // The frame shows the team's name.
        router.refresh();
        await queryClient.invalidateQueries(trpc.team.get.queryFilter({ team: initial.slug }));
      },
      onError: (error) => form.setErrors({ ...findClientError(error)?.fieldErrors }),
    }),
  );
  const submit = form.onSubmit(({ name, keyBits, ...validity }) => {
    const policy = teamPolicySchema.parse({ ...validity, keyBits: Number(keyBits) });
    save.mutate({ team: initial.slug, name, ...policy });
  });
  const days = (kind: 'client' | 'engine') =>
    ({
      label: t(`team.${kind}Days`),
      description: t(`team.${kind}DaysHint`, validityBounds[kind]),
      suffix: ` ${t('team.days')}`,
      allowDecimal: false,
      allowNegative: false,
      ...validityBounds[kind],
      // A number out of bounds is told about, not changed silently.
      clampBehavior: 'none',
      ...form.getInputProps(`${kind}ValidForDays`),
    }) as const;
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="lg">
        <Section title={t('team.nameTitle')} hint={t('team.nameHint', { slug: team.slug })}>
          <TextInput label={t('team.name')} name="team-name" maw={420} {...form.getInputProps('name')} />
        </Section>
        <Section title={t('team.policy')} hint={t('team.policyHint')}>
          <Stack gap="md" maw={420}>
            <NumberInput {...days('client')} />
            <NumberInput {...days('engine')} />
            <Select
              label={t('team.keyBits')}
              description={t('team.keyBitsHint')}
              data={keySizes.map((size) => ({ value: String(size), label: t('team.bits', { count: String(size) }) }))}
              {...form.getInputProps('keyBits')}
            />
          </Stack>
        </Section>
      </Stack>
      <Stack gap="md" mt={16}>
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
