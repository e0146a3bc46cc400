'use client';

import { useTranslations } from 'next-intl';

import { Section } from '@/app/_account/section';
import { CopyButton } from '@/app/_ui/copy';
import { KeyValueList } from '@/app/_ui/key-value-list';
import { Mono } from '@/app/_ui/mono';
import { paths, pkiFiles } from '@/lib/paths';

const textKeys = {
  'engine-ca.pem': 'engine-ca',
  'client-ca.pem': 'client-ca',
  'client.crl': 'client-crl',
  'client-crls.pem': 'client-crls',
} as const;

/** CAs and revocation lists that everyone on the network may fetch. */
export function PkiFiles({ team }: { readonly team: string }) {
  const t = useTranslations('authorities.pki');
  return (
    <Section title={t('title')} hint={t('hint')}>
      <KeyValueList
        items={pkiFiles.map((file) => {
          const path = paths.pki(team, file);
          return {
            key: file,
            label: (
              <a href={path}>
                <Mono>{file}</Mono>
              </a>
            ),
            value: (
              <span style={{ display: 'flex', justifyContent: 'space-between', gap: 8 }}>
                {t(textKeys[file])}
                {/* Only in the browser is it known under which address the console is reached. */}
                <CopyAddress path={path} name={file} />
              </span>
            ),
          };
        })}
      />
    </Section>
  );
}

function CopyAddress({ path, name }: { readonly path: string; readonly name: string }) {
  const origin = typeof window === 'undefined' ? '' : window.location.origin;
  return <CopyButton value={`${origin}${path}`} name={name} size="xs" />;
}
