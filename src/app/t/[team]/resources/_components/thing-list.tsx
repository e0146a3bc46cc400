import { useTranslations } from 'next-intl';

import { Mono } from '@/app/_ui/mono';
import type { NamedThing } from '@/lib/resource';

/** Things at a provider, each with its kind, name and id. */
export function ThingList({ things }: { readonly things: readonly NamedThing[] }) {
  const t = useTranslations('resources.tombstones');
  if (things.length === 0) return t('nothingKnown');
  return (
    <ul style={{ margin: 0, paddingLeft: 18 }}>
      {things.map(({ kind, name, providerId }) => (
        <li key={`${kind} ${name} ${providerId}`}>
          {kind} <Mono>{name}</Mono> ({providerId === null ? t('noId') : <Mono>{providerId}</Mono>})
        </li>
      ))}
    </ul>
  );
}
