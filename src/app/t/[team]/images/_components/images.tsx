'use client';

import { Button } from '@mantine/core';
import { IconDisc, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';

import { CallError } from '@/app/_account/call-error';
import { ConfirmByName } from '@/app/_ui/confirm-by-name';
import { DataTable } from '@/app/_ui/data-table';
import { DisabledReason } from '@/app/_ui/disabled-reason';
import { EmptyState } from '@/app/_ui/empty-state';
import { type Uploads, useUploads } from '@/app/_uploads/uploads';
import { imagesRefetchMs, type ListedImage } from '@/lib/image';
import { type ImageWay, paths } from '@/lib/paths';
import { useTRPC, useTRPCClient } from '@/trpc/client';

import { PageHeader } from '../../_frame/page-header';
import { useRemoval } from '../../_frame/use-removal';
import { useTeamChange } from '../../_live/team-live';
import { AddImageDialog } from './add-image-dialog';
import { useImageColumns } from './image-columns';
import { type ImageAct, ImageMenu } from './image-menu';
import { PlaceDialog } from './place-dialog';

export interface ImagesProps {
  readonly team: string;
  readonly initial: readonly ListedImage[];
  readonly mayManage: boolean;
  /** The way to a new image that the address asks for. */
  readonly way: ImageWay | undefined;
}

/** The team's library of images. */
export function Images({ team, initial, mayManage, way }: ImagesProps) {
  const t = useTranslations('images');
  const common = useTranslations('common');
  const router = useRouter();
  const list = useImages(team, initial);
  const uploads = useUploads();
  const columns = useImageColumns(team, uploads);
  const [placed, setPlaced] = useState<ListedImage>();
  const removal = useImageRemoval(team, uploads);
  const retry = useRetry(team);
  const goOn = useRef<{ image?: ListedImage; input: HTMLInputElement | null }>({ input: null });
  const open = (add: ImageWay | undefined) => router.replace(paths.images(team, { add }), { scroll: false });
  const act = (image: ListedImage): Record<ImageAct, () => void> => ({
    place: () => setPlaced(image),
    remove: () => removal.ask(image),
    retry: () => image.job && retry.mutate({ team, job: image.job.id }),
    stop: () => uploads.stop(image.id),
    upload: () => {
      goOn.current.image = image;
      goOn.current.input?.click();
    },
  });
  const addButton = (
    <DisabledReason reason={mayManage ? undefined : common('needsRole', { role: 'admin' })}>
      <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => open('catalogue')}>
        {t('add')}
      </Button>
    </DisabledReason>
  );
  return (
    <>
      <PageHeader title={t('title')} description={t('description')} actions={addButton} />
      <CallError error={list.error ?? retry.error} />
      <DataTable
        label={t('title')}
        columns={columns}
        rows={list.data}
        rowId={({ id }) => id}
        rowActions={(row) => (
          <ImageMenu image={row} upload={uploads.of(row.id)} mayManage={mayManage} onAct={(key) => act(row)[key]()} />
        )}
        empty={<EmptyState icon={IconDisc} title={t('empty')} description={t('emptyHint')} />}
      />
      <input
        ref={(input) => {
          goOn.current.input = input;
        }}
        type="file"
        hidden
        aria-label={t('upload.chooseAgain')}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          const { image } = goOn.current;
          if (file && image) uploads.start({ team, id: image.id, name: image.name }, file);
          event.currentTarget.value = '';
        }}
      />
      {way && mayManage && (
        <AddImageDialog
          team={team}
          way={way}
          onWay={open}
          onClose={() => open(undefined)}
          onBegun={(begun, file) => {
            uploads.start({ team, ...begun }, file);
            open(undefined);
          }}
        />
      )}
      {placed && <PlaceDialog team={team} image={placed} onClose={() => setPlaced(undefined)} />}
      {removal.asked && (
        <ConfirmByName
          {...removal.dialog}
          title={t('remove.title', { name: removal.asked.name })}
          name={removal.asked.name}
          losses={[t('remove.loss'), ...(removal.asked.copies.length > 0 ? [t('remove.copies')] : [])]}
          confirmLabel={t('remove.confirm')}
        />
      )}
    </>
  );
}

function useImages(team: string, initial: readonly ListedImage[]) {
  const trpc = useTRPC();
  const query = useQuery(
    trpc.images.list.queryOptions(
      { team },
      {
        initialData: [...initial],
        refetchInterval: ({ state }) => imagesRefetchMs(state.data),
      },
    ),
  );
  useTeamChange(() => void query.refetch());
  return query;
}

function useImageRemoval(team: string, uploads: Uploads) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  return useRemoval(async ({ id }: ListedImage) => {
    uploads.stop(id);
    await client.images.remove.mutate({ team, id });
    await queries.invalidateQueries({ queryKey: trpc.images.pathKey() });
  });
}

function useRetry(team: string) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries(trpc.images.list.queryFilter({ team }));
  return useMutation(trpc.jobs.retry.mutationOptions({ onSuccess }));
}
