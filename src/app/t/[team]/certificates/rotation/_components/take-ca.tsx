'use client';

import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';

import { CallError } from '@/app/_account/call-error';
import { saveText } from '@/app/_ui/save-text';
import { useTRPC } from '@/trpc/client';

/** Saves the team's ca.pem for the reader, and notes that they have it. */
export function TakeCa({ team }: { readonly team: string }) {
  const t = useTranslations('rotation.members');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const take = useMutation(
    trpc.authorities.takeEngineCa.mutationOptions({
      onSuccess: async ({ pem }) => {
        saveText('ca.pem', pem);
        await queries.invalidateQueries({ queryKey: trpc.authorities.pathKey() });
      },
    }),
  );
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconDownload size={14} stroke={1.8} aria-hidden />}
        loading={take.isPending}
        onClick={() => take.mutate({ team })}
      >
        {t('take')}
      </Button>
      <CallError error={take.error} />
    </>
  );
}
