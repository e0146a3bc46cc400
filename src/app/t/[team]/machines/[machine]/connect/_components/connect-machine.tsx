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
import { useMachine } from '../../_components/use-machine';
import { ClientLines } from './client-lines';
import { NewClientCertificate } from './new-client-certificate';

/** From nothing to a docker client that reaches the engine: a certificate of one's own, then the lines to type. */
export function ConnectMachine({ team, role, initial }: MachineTabProps) {
  const t = useTranslations('connect');
  const machine = useMachine(team, initial);
  const [folder, setFolder] = useState('~/.docker/quaymaster');
  if (!machine.address || !machineCan.connect(machine.state)) {
    return (
      <Notice tone="attention" title={t('notYet.title')}>
        {t('notYet.hint')}
      </Notice>
    );
  }
  return (
    <Stack gap={16}>
      {!machine.iAmAdmitted && (
        <Notice tone="attention" title={t('notAdmitted.title')}>
          {t('notAdmitted.hint')}{' '}
          <Link href={paths.machine(team, machine.name, 'access')}>{t('notAdmitted.access')}</Link>
        </Notice>
      )}
      {roleReaches(role, 'member') ? (
        <NewClientCertificate
          team={team}
          engine={{ name: machine.name, address: machine.address, enginePort: machine.enginePort }}
          folder={folder}
          onFolder={setFolder}
        />
      ) : (
        <Notice tone="off" title={t('viewer.title')}>
          {t('viewer.hint')}
        </Notice>
      )}
      <ClientLines machine={machine} address={machine.address} folder={folder} onFolderChange={setFolder} />
    </Stack>
  );
}
