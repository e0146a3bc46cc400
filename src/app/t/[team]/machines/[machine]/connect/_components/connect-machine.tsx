'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';

import { Notice } from '@/app/_ui/notice';
import { machineCan } from '@/lib/machine';
import { paths } from '@/lib/paths';
import { roleReaches } from '@/lib/role';

import type { MachineTabProps } from '../../_components/machine-tab-props';
import { type Machine, useMachine } from '../../_components/use-machine';
import { ClientLines } from './client-lines';
import { NewClientCertificate } from './new-client-certificate';
import { useWay } from './use-way';
import { WayNotice } from './way-notice';

/** From nothing to a docker client that reaches the engine: a certificate of one's own, then the lines to type. */
export function ConnectMachine({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('connect');
  const machine = useMachine(team, initial);
  if (!machine.address || !machineCan.connect(machine.state)) {
    return (
      <Notice tone="attention" title={t('notYet.title')}>
        {t('notYet.hint')}
      </Notice>
    );
  }
  return <Reachable team={team} role={role} machine={machine} address={machine.address} />;
}

interface ReachableProps extends Pick<MachineTabProps, 'team' | 'role'> {
  readonly machine: Machine;
  readonly address: string;
}

function Reachable({ team, role, machine, address }: ReachableProps) {
  const t = useTranslations('connect');
  const [folder, setFolder] = useState('~/.docker/quaymaster');
  const way = useWay(machine, address);
  return (
    <Stack gap={16}>
      <WayNotice machine={machine} address={address} way={way} />
      {!machine.iAmAdmitted && (
        <Notice tone="attention" title={t('notAdmitted.title')}>
          {t('notAdmitted.hint')}{' '}
          <Link href={paths.machine(team, machine.name, 'access')}>{t('notAdmitted.access')}</Link>
        </Notice>
      )}
      {roleReaches(role, 'member') ? (
        <NewClientCertificate
          team={team}
          engine={{ name: machine.name, address: way.address, enginePort: way.port }}
          folder={folder}
          onFolder={setFolder}
        />
      ) : (
        <Notice tone="off" title={t('viewer.title')}>
          {t('viewer.hint')}
        </Notice>
      )}
      <ClientLines
        name={machine.name}
        address={way.address}
        port={way.port}
        folder={folder}
        onFolderChange={setFolder}
      />
    </Stack>
  );
}
