'use client';

import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconUserMinus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ColumnDef } from '@tanstack/react-table';
import { useTranslations } from 'next-intl';
import { type FormEvent, useMemo, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Section } from '@/app/_account/section';
import { DataTable } from '@/app/_ui/data-table';
import { RowMenu } from '@/app/_ui/row-menu';
import { type RouterOutputs, useTRPC } from '@/trpc/client';
import { findClientError } from '@/trpc/client-error';

type Operators = RouterOutputs['system']['operators'];

interface OperatorsCardProps {
  readonly initial: Operators;
  readonly me: { readonly id: string };
}

/** Who runs the installation: add by address, take back; at least one stays. */
export function OperatorsCard({ initial, me }: OperatorsCardProps) {
  const t = useTranslations('system.operators');
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [email, setEmail] = useState('');
  const { data: operators } = useQuery(trpc.system.operators.queryOptions(undefined, { initialData: initial }));
  const change = useMutation(
    trpc.system.setOperator.mutationOptions({
      onSuccess: () => setEmail(''),
      onSettled: () => queryClient.invalidateQueries(trpc.system.operators.queryFilter()),
    }),
  );
  const columns = useMemo<ColumnDef<Operators[number]>[]>(
    () => [
      { id: 'name', accessorKey: 'name', meta: { label: t('name'), isTitle: true } },
      { id: 'email', accessorKey: 'email', meta: { label: t('email') } },
    ],
    [t],
  );
  const add = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ email, isOperator: true });
  };
  const fieldError = findClientError(change.error)?.fieldErrors?.['email'];
  return (
    <Section title={t('title')} hint={t('hint')}>
      <Stack gap="md">
        <DataTable
          label={t('title')}
          columns={columns}
          rows={operators}
          rowId={({ id }) => id}
          isRefreshing={change.isPending}
          rowActions={(operator) => (
            <RowMenu
              name={operator.name}
              actions={[
                {
                  key: 'withdraw',
                  label: operator.id === me.id ? t('leave') : t('withdraw'),
                  icon: IconUserMinus,
                  onSelect: () => change.mutate({ email: operator.email, isOperator: false }),
                  disabledReason: operators.length === 1 ? t('last') : undefined,
                  isDestructive: true,
                },
              ]}
            />
          )}
        />
        <form onSubmit={add} noValidate>
          <Group align="flex-end" gap={8}>
            <TextInput
              label={t('add')}
              name="operator-email"
              type="email"
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
              error={fieldError}
              style={{ flex: '1 1 200px' }}
            />
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('addButton')}
            </Button>
          </Group>
        </form>
        <CallError error={change.error} fields={['email']} />
      </Stack>
    </Section>
  );
}
