'use client';

import { ActionIcon, Button, Group, Input, Select, Stack, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type ReactNode, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { FileDrop } from '@/app/_ui/file-drop';
import { useTRPC } from '@/trpc/client';

/** A client certificate that comes along with its CA, and whose it is from now on. */
export interface BroughtClient {
  readonly key: string;
  readonly pem: string;
  readonly membershipId: string | null;
}

export interface ClientCertificatesFieldProps {
  readonly team: string;
  readonly value: readonly BroughtClient[];
  readonly onChange: (value: readonly BroughtClient[]) => void;
  /** What is wrong with the certificate at this place. */
  readonly errorAt: (index: number) => ReactNode;
}

let lastKey = 0;
const nextKey = () => String((lastKey += 1));

/** The client certificates of an imported CA that are in use: gates admit only what they know. */
export function ClientCertificatesField({ team, value, onChange, errorAt }: ClientCertificatesFieldProps) {
  const t = useTranslations('authorities.import');
  const trpc = useTRPC();
  const members = useQuery(trpc.team.members.queryOptions({ team }));
  const change = (key: string, part: Partial<BroughtClient>) =>
    onChange(value.map((row) => (row.key === key ? { ...row, ...part } : row)));
  return (
    <Input.Wrapper label={t('clients')} description={t('clientsHint')} labelElement="div">
      <CallError error={members.error} />
      <Stack gap={12} mt={8}>
        {value.map((row, index) => (
          <ClientRow
            key={row.key}
            row={row}
            people={(members.data ?? []).map((member) => ({
              value: member.id,
              label: `${member.name} · ${member.email}`,
            }))}
            error={errorAt(index)}
            onChange={(part) => change(row.key, part)}
            onRemove={() => onChange(value.filter(({ key }) => key !== row.key))}
          />
        ))}
        <Button
          size="xs"
          variant="default"
          style={{ alignSelf: 'flex-start' }}
          leftSection={<IconPlus size={14} stroke={1.8} aria-hidden />}
          onClick={() => onChange([...value, { key: nextKey(), pem: '', membershipId: null }])}
        >
          {t('addClient')}
        </Button>
      </Stack>
    </Input.Wrapper>
  );
}

interface ClientRowProps {
  readonly row: BroughtClient;
  readonly people: { value: string; label: string }[];
  readonly error: ReactNode;
  readonly onChange: (part: Partial<BroughtClient>) => void;
  readonly onRemove: () => void;
}

function ClientRow({ row, people, error, onChange, onRemove }: ClientRowProps) {
  const t = useTranslations('authorities.import');
  const [fileName, setFileName] = useState<string>();
  return (
    <Group gap={8} align="flex-start" wrap="nowrap">
      <Stack gap={8} flex={1} miw={0}>
        <FileDrop
          label={t('clientFile')}
          fileName={fileName}
          accept=".pem,.crt,.cer"
          error={error}
          onFile={({ name, text }) => {
            setFileName(name);
            onChange({ pem: text });
          }}
        />
        <Select
          aria-label={t('clientOwner')}
          placeholder={t('clientOwner')}
          searchable
          data={people}
          value={row.membershipId}
          onChange={(membershipId) => onChange({ membershipId })}
        />
      </Stack>
      <Tooltip label={t('removeClient')}>
        <ActionIcon mt={28} aria-label={t('removeClient')} onClick={onRemove}>
          <IconTrash size={16} stroke={1.8} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
