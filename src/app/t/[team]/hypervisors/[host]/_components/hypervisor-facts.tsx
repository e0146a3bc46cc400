'use client';

import { useTranslations } from 'next-intl';

import { CopyLine } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { RelativeTime } from '@/app/_ui/relative-time';
import { formatBytes } from '@/lib/format/bytes';

import { Hypervisors, Size } from '../../_components/hypervisor-list';
import type { Hypervisor } from '../../_components/hypervisor-values';

/** How the host is reached, and what its checks have found. */
export function HypervisorFacts({ host }: { readonly host: Hypervisor }) {
  const all = useTranslations('hypervisors');
  const t = useTranslations('hypervisors.page');
  const { facts } = host;
  const reach =
    host.kind === 'local'
      ? [{ key: 'where', label: t('where'), value: all('own') }]
      : [
          {
            key: 'where',
            label: t('where'),
            value: <CopyLine value={host.address ?? ''}>{`${host.address ?? ''}:${host.sshPort}`}</CopyLine>,
          },
          { key: 'user', label: t('user'), value: <Mono>{host.sshUser}</Mono> },
          { key: 'sshKey', label: t('sshKey'), value: host.sshKeyName },
          {
            key: 'sudoPassword',
            label: t('sudoPassword'),
            value: t(host.hasSudoPassword ? 'sudoKept' : 'sudoNone'),
          },
          {
            key: 'hostKey',
            label: t('hostKey'),
            value: host.hostKeys.map(({ type, fingerprint }) => <Mono key={type}>{`${fingerprint} (${type})`}</Mono>),
          },
        ];
  const found = facts
    ? [
        ...(facts.user === null
          ? []
          : [
              {
                key: 'account',
                label: t('account'),
                value: facts.hasRoot && facts.user !== 'root' ? t('withRoot', { user: facts.user }) : facts.user,
              },
            ]),
        { key: 'system', label: t('system'), value: [facts.system, facts.architecture].filter(Boolean).join(', ') },
        { key: 'size', label: t('sizeTitle'), value: <Size host={host} /> },
        { key: 'hypervisors', label: t('hypervisors'), value: <Hypervisors host={host} /> },
        { key: 'acceleration', label: t('acceleration'), value: t(facts.hasKvm ? 'hasKvm' : 'noKvm') },
        {
          key: 'folder',
          label: t('folder'),
          value:
            facts.folder !== null && facts.freeBytes !== null
              ? t('freeIn', { folder: facts.folder, free: formatBytes(facts.freeBytes) })
              : facts.folder,
        },
      ]
    : [];
  const checked = {
    key: 'checked',
    label: t('checked'),
    value: (
      <>
        {host.checkedAt ? <RelativeTime at={host.checkedAt} /> : t('never')}
        {facts?.failure != null && `: ${facts.failure}`}
      </>
    ),
  };
  return <KeyValueList columns={2} items={[...reach, ...found, checked]} />;
}
