'use client';

import { Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useFormatter, useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';

import { CopyLine } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { Notice } from '@/app/_ui/notice';
import { RelativeTime } from '@/app/_ui/relative-time';
import { formatBytes } from '@/lib/format/bytes';
import { healthLinks, isResting, type MachineFacts } from '@/lib/machine';
import { paths } from '@/lib/paths';

import { HealthChain } from '../../_components/machine-state-badge';
import { type Machine, useMachine } from './use-machine';

function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p={16} component="section" aria-label={title}>
      <Title order={2} size="h4" mb={12}>
        {title}
      </Title>
      {children}
    </Paper>
  );
}

const usesOf = (facts: MachineFacts | null, name: keyof MachineFacts) => facts?.[name] ?? '–';

function FactsPanel({ machine }: { readonly machine: Machine }) {
  const t = useTranslations('machines.facts');
  const format = useFormatter();
  const { facts } = machine;
  const bytes = (value: number | null | undefined) => (value == null ? '–' : formatBytes(value));
  const items = [
    { key: 'os', label: t('os'), value: usesOf(facts, 'osName') },
    { key: 'kernel', label: t('kernel'), value: <Mono>{usesOf(facts, 'kernel')}</Mono> },
    { key: 'architecture', label: t('architecture'), value: <Mono>{usesOf(facts, 'architecture')}</Mono> },
    { key: 'cpus', label: t('cpus'), value: facts?.cpus === undefined ? '–' : format.number(facts.cpus) },
    { key: 'memory', label: t('memory'), value: bytes(facts?.memoryBytes) },
    {
      key: 'disk',
      label: t('disk'),
      value:
        facts?.diskFreeBytes == null
          ? '–'
          : t('diskFree', { free: bytes(facts.diskFreeBytes), total: bytes(facts.diskTotalBytes) }),
    },
  ];
  return (
    <Panel title={t('host')}>
      <KeyValueList items={items} />
    </Panel>
  );
}

function EnginePanel({ machine }: { readonly machine: Machine }) {
  const t = useTranslations('machines.facts');
  const { facts } = machine;
  const items = [
    { key: 'version', label: t('engine'), value: <Mono>{usesOf(facts, 'engineVersion')}</Mono> },
    { key: 'api', label: t('api'), value: <Mono>{usesOf(facts, 'apiVersion')}</Mono> },
    { key: 'storage', label: t('storage'), value: <Mono>{usesOf(facts, 'storageDriver')}</Mono> },
    {
      key: 'containers',
      label: t('containers'),
      value:
        facts?.containersRunning === undefined
          ? '–'
          : t('containersRunning', { running: facts.containersRunning, total: facts.containersTotal }),
    },
    { key: 'images', label: t('images'), value: facts?.images ?? '–' },
    { key: 'enforcement', label: t('enforcement'), value: t(`enforcementOf.${machine.enforcement}`) },
  ];
  return (
    <Panel title={t('engineTitle')}>
      <KeyValueList items={items} />
    </Panel>
  );
}

function IdentityPanel({ team, machine }: { readonly team: string; readonly machine: Machine }) {
  const t = useTranslations('machines.facts');
  const labels = Object.entries(machine.labels);
  const items = [
    { key: 'driver', label: t('driver'), value: machine.driverLabel },
    {
      key: 'address',
      label: t('address'),
      value: machine.address ? <CopyLine value={machine.address} name={t('address')} /> : '–',
    },
    { key: 'port', label: t('enginePort'), value: <Mono>{machine.enginePort}</Mono> },
    {
      key: 'hostKeys',
      label: t('hostKeys'),
      value: machine.hostKeys.length
        ? machine.hostKeys.map((key) => (
            <CopyLine key={key.type} value={key.fingerprint} name={key.type}>
              {key.fingerprint}
            </CopyLine>
          ))
        : '–',
    },
    {
      key: 'labels',
      label: t('labels'),
      value: labels.length ? (
        <Group gap={4}>
          {labels.map(([key, value]) => (
            <Badge key={key} variant="default" tt="none" fw={400} className="qm-mono">
              {key}={value}
            </Badge>
          ))}
        </Group>
      ) : (
        '–'
      ),
    },
    {
      key: 'swarm',
      label: t('swarm'),
      value: machine.swarm ? (
        <Link href={paths.swarms(team)}>
          {t('swarmRole', { name: machine.swarm.name, role: machine.swarm.role ?? 'worker' })}
        </Link>
      ) : (
        t('noSwarm')
      ),
    },
    {
      key: 'resources',
      label: t('resources'),
      value: (
        <Link href={paths.resources(team, { machine: machine.name })}>
          {t('resourcesLink', { name: machine.name })}
        </Link>
      ),
    },
    { key: 'created', label: t('created'), value: <RelativeTime at={machine.createdAt} /> },
  ];
  return (
    <Panel title={t('identity')}>
      <KeyValueList items={items} />
    </Panel>
  );
}

const isSettled = ({ state }: Machine) => isResting(state) || ['running', 'degraded', 'unreachable'].includes(state);

/** What the provider has announced to do with a machine that is on. */
function AnnouncedNotice({ machine }: { readonly machine: Machine }) {
  const t = useTranslations('machines.announced');
  const provider = machine.health?.provider;
  if (provider?.state !== 'ok' || provider.reason === null || !isSettled(machine)) return null;
  return (
    <Notice tone="attention" title={t('name')}>
      <Text size="sm">{provider.reason}</Text>
    </Notice>
  );
}

/** The first link of the chain that is broken, or that nobody but the provider tells of: what is wrong, why, and what to do. */
function ProblemNotice({ machine }: { readonly machine: Machine }) {
  const t = useTranslations('machines.problem');
  const { problem, health } = machine;
  if (problem === null || !isSettled(machine)) return null;
  const links = health && healthLinks.map((link) => health[link]);
  const broken = links?.find(({ state, reason }) => state === 'failed' || (state === 'unknown' && reason !== null));
  return (
    <Notice tone={problem === 'ssh-refused' ? 'attention' : 'failed'} title={t(`${problem}.name`)}>
      {broken?.reason && <Text size="sm">{broken.reason}</Text>}
      <Text size="sm" mt={broken?.reason ? 4 : 0}>
        {t(`${problem}.action`)}
      </Text>
    </Notice>
  );
}

/** How the machine is: the chain from the console to its containers, what it is made of, what runs on it. */
export function MachineOverview({ team, initial }: { readonly team: string; readonly initial: Machine }) {
  const t = useTranslations('machines');
  const machine = useMachine(team, initial);
  return (
    <Stack gap={16}>
      {machine.activeJobId && (
        <Notice tone="active" title={t('activeJob.title')}>
          <Link href={paths.job(team, machine.activeJobId)}>{t('activeJob.watch')}</Link>
        </Notice>
      )}
      {machine.state === 'failed' && !machine.activeJobId && (
        <Notice tone="failed" title={t('creationFailed.title')}>
          {t('creationFailed.hint')}{' '}
          <Link href={paths.machine(team, machine.name, 'jobs')}>{t('creationFailed.jobs')}</Link>
        </Notice>
      )}
      {machine.missingDriver !== null && (
        <Notice tone="failed" title={t('missingDriver')}>
          {machine.missingDriver}
        </Notice>
      )}
      <AnnouncedNotice machine={machine} />
      <ProblemNotice machine={machine} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing={16}>
        <Panel title={t('health.title')}>
          {machine.health ? <HealthChain health={machine.health} /> : <Text c="dimmed">{t('health.never')}</Text>}
          {machine.checkedAt && (
            <Text size="sm" c="dimmed" mt={12}>
              {t('health.checked')} <RelativeTime at={machine.checkedAt} />
            </Text>
          )}
        </Panel>
        <EnginePanel machine={machine} />
        <FactsPanel machine={machine} />
        <IdentityPanel team={team} machine={machine} />
      </SimpleGrid>
    </Stack>
  );
}
