'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';

import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

/** What follows a change of certificates: lists are read anew, and its receipt opens; without one the dialog closes. */
export function useReceipt(team: string, onClose: () => void) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  return ({ changeId }: { readonly changeId: string | null }) => {
    void queryClient.invalidateQueries(trpc.certificates.pathFilter());
    if (changeId === null) onClose();
    else router.push(paths.accessChange(team, changeId));
  };
}
