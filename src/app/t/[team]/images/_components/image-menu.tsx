'use client';

import { IconCopy, IconPlayerStop, IconRefresh, IconTrash, IconUpload } from '@tabler/icons-react';
import { useTranslations } from 'next-intl';

import { RowMenu } from '@/app/_ui/row-menu';
import type { Upload } from '@/app/_uploads/upload-store';
import { type ListedImage, uploadArrives } from '@/lib/image';
import { jobCan } from '@/lib/job';

export type ImageAct = 'place' | 'remove' | 'retry' | 'upload' | 'stop';

export interface ImageMenuProps {
  readonly image: ListedImage;
  readonly upload: Upload | undefined;
  readonly mayManage: boolean;
  readonly onAct: (act: ImageAct) => void;
}

/** What can be done with one image; what cannot says why. */
export function ImageMenu({ image, upload, mayManage, onAct }: ImageMenuProps) {
  const t = useTranslations('images.act');
  const common = useTranslations('common');
  const { name, url, state, job, machines } = image;
  const isSending = upload?.problem === null;
  const needsAdmin = mayManage ? undefined : common('needsRole', { role: 'admin' });
  const arrives = uploadArrives(image) ? t('arrives') : undefined;
  const notReady = state === 'ready' ? undefined : t('notReady');
  const inUse = machines.length > 0 ? t('inUse', { machines: machines.join(', ') }) : undefined;
  const notFailed = job && jobCan.retry(job.state) ? undefined : t('notFailed');
  const act = (key: ImageAct, icon: typeof IconCopy, disabledReason: string | undefined) => ({
    key,
    label: t(key),
    icon,
    onSelect: () => onAct(key),
    disabledReason,
    isDestructive: key === 'remove',
  });
  return (
    <RowMenu
      name={name}
      actions={[
        ...(url !== null && state !== 'ready' ? [act('retry', IconRefresh, needsAdmin ?? notFailed)] : []),
        ...(url === null && state !== 'ready' && !isSending ? [act('upload', IconUpload, needsAdmin ?? arrives)] : []),
        ...(isSending ? [act('stop', IconPlayerStop, undefined)] : []),
        act('place', IconCopy, needsAdmin ?? notReady),
        act('remove', IconTrash, needsAdmin ?? inUse),
      ]}
    />
  );
}
