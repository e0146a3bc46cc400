'use client';

import { Button, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { Dialog } from '@/app/_ui/dialog';
import { DialogFooter } from '@/app/_ui/dialog-footer';
import { LinkButton } from '@/app/_ui/link-button';
import type { ListedImage } from '@/lib/image';
import { paths } from '@/lib/paths';
import { useTRPC } from '@/trpc/client';

export interface PlaceDialogProps {
  readonly team: string;
  readonly image: ListedImage;
  readonly onClose: () => void;
}

/** Copies an image to a hypervisor host ahead of the first machine, or takes such a copy away; both are jobs. */
export function PlaceDialog({ team, image, onClose }: PlaceDialogProps) {
  const t = useTranslations('images.place');
  const trpc = useTRPC();
  const router = useRouter();
  const hosts = useQuery(trpc.hypervisors.list.queryOptions({ team }));
  const [host, setHost] = useState<string | null>(null);
  const onSuccess = ({ jobId }: { jobId: string }) => router.push(paths.job(team, jobId));
  const place = useMutation(trpc.images.place.mutationOptions({ onSuccess }));
  const remove = useMutation(trpc.images.removeCopy.mutationOptions({ onSuccess }));
  const there = image.copies.find(({ hypervisorHostId }) => hypervisorHostId === host);
  const isPending = place.isPending || remove.isPending;
  const input = { team, id: image.id, hypervisorHostId: host ?? '' };
  return (
    <Dialog opened onClose={onClose} title={t('title', { name: image.name })}>
      <Stack gap="md">
        <Text size="sm">{t('hint')}</Text>
        {hosts.data?.length === 0 ? (
          <LinkButton href={paths.newHypervisor(team)} variant="default">
            {t('register')}
          </LinkButton>
        ) : (
          <Select
            label={t('host')}
            placeholder={t('choose')}
            data={(hosts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            value={host}
            onChange={setHost}
            disabled={isPending}
          />
        )}
        {there && <Text size="sm">{t('there', { host: there.hypervisor })}</Text>}
        <CallError error={place.error ?? remove.error ?? hosts.error} />
        <DialogFooter onCancel={onClose} isPending={isPending}>
          {there ? (
            <Button color="red" loading={isPending} onClick={() => remove.mutate(input)}>
              {t('removeCopy')}
            </Button>
          ) : (
            <Button disabled={host === null} loading={isPending} onClick={() => place.mutate(input)}>
              {t('copy')}
            </Button>
          )}
        </DialogFooter>
      </Stack>
    </Dialog>
  );
}
