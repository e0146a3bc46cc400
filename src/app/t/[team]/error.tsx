'use client';

import { useRouter } from 'next/navigation';
import { useTransition } from 'react';

import { PageError } from '@/app/_ui/page-error';

export interface TeamErrorProps {
  readonly error: Error & { readonly digest?: string };
  readonly reset: () => void;
}

/** What stands in the frame where a team's page threw: the way to the other pages stays. */
export default function TeamError({ error, reset }: TeamErrorProps) {
  const router = useRouter();
  const [, startTransition] = useTransition();
  // A reset alone would show the server's old answer again.
  const reload = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return <PageError digest={error.digest} onReload={reload} />;
}
