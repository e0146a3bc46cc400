import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';

const widths = ['82%', '64%', '76%', '48%', '70%'] as const;

/** Hides the shape from screen readers, which hear "Loading" instead. */
function Shape({ children }: { readonly children: ReactNode }) {
  const t = useTranslations('common');
  return (
    <div aria-busy aria-live="polite">
      <VisuallyHidden>{t('loading')}</VisuallyHidden>
      <div aria-hidden>{children}</div>
    </div>
  );
}

/** The shape of a paragraph. */
export function TextShape({ lines = 3 }: { readonly lines?: number }) {
  return (
    <Shape>
      <Stack gap={10}>
        {Array.from({ length: lines }, (_, index) => (
          <Skeleton key={index} height={12} width={widths[index % widths.length] ?? '60%'} />
        ))}
      </Stack>
    </Shape>
  );
}

/** The shape of a form: labels over inputs. */
export function FormShape({ fields = 4 }: { readonly fields?: number }) {
  return (
    <Shape>
      <Stack gap="md">
        {Array.from({ length: fields }, (_, index) => (
          <div key={index}>
            <Skeleton height={12} width={120} mb={8} />
            <Skeleton height={36} />
          </div>
        ))}
      </Stack>
    </Shape>
  );
}

/** The shape of a whole page: its title and a panel of the given height. Meant for loading.tsx. */
export function PageShape({ height = 320 }: { readonly height?: number }) {
  return (
    <Shape>
      <Skeleton height={22} width={200} mb={8} />
      <Skeleton height={12} width={320} mb={24} maw="100%" />
      <Skeleton height={height} />
    </Shape>
  );
}
