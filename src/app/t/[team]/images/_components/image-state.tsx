'use client';

import { Anchor, Progress, Stack, Text } from '@mantine/core';
import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { Upload } from '@/app/_uploads/upload-store';
import { formatBytes } from '@/lib/format/bytes';
import { type ImageState, type ListedImage, uploadArrives } from '@/lib/image';
import { paths } from '@/lib/paths';

const tones: Readonly<Record<ImageState, Tone>> = {
  waiting: 'attention',
  fetching: 'active',
  ready: 'ok',
  failed: 'failed',
};

export interface ImageStateViewProps {
  readonly team: string;
  readonly image: ListedImage;
  /** Where this window sends it. */
  readonly upload: Upload | undefined;
}

/** How an image stands: how much of it is here, why it has failed, where to look. */
export function ImageStateView({ team, image, upload }: ImageStateViewProps) {
  const t = useTranslations('images');
  const { state, job, failure, sizeBytes, url } = image;
  const received = upload?.progress?.offset ?? image.receivedBytes;
  const isSentHere = upload?.problem === null;
  const isHalf = url === null && (state === 'waiting' || state === 'fetching');
  // Nobody but the browser that has the file can go on.
  const isStopped = isHalf && !isSentHere && !uploadArrives(image);
  const problem = upload?.problem ?? (state === 'failed' ? failure : null);
  const shown: ImageState = isSentHere || isHalf ? 'fetching' : state;
  const isComplete = sizeBytes !== null && received >= sizeBytes;
  return (
    <Stack gap={2}>
      <StatusBadge tone={isStopped ? 'attention' : tones[shown]} isSpinning={shown === 'fetching' && !isStopped}>
        {isStopped ? t('upload.stopped') : shown === 'fetching' && isComplete ? t('checking') : t(`states.${shown}`)}
      </StatusBadge>
      {shown === 'fetching' && (!isStopped || received > 0) && (
        <Arriving name={image.name} received={received} sizeBytes={upload?.progress?.sizeBytes ?? sizeBytes} />
      )}
      {/* Cells keep to one line, and a checksum has no place to break. */}
      {problem !== null && (
        <Text size="xs" c="var(--qm-failed)" maw={320} style={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
          {problem}
        </Text>
      )}
      {isStopped && problem === null && (
        <Text size="xs" c="dimmed" maw={320} style={{ whiteSpace: 'normal' }}>
          {t('upload.goOnHint')}
        </Text>
      )}
      {job && state !== 'ready' && (
        <Anchor component={Link} href={paths.job(team, job.id)} size="xs">
          {t('watchJob')}
        </Anchor>
      )}
    </Stack>
  );
}

interface ArrivingProps {
  readonly name: string;
  readonly received: number;
  readonly sizeBytes: number | null;
}

function Arriving({ name, received, sizeBytes }: ArrivingProps) {
  const t = useTranslations('images');
  const percent = sizeBytes === null || sizeBytes === 0 ? null : Math.floor((100 * received) / sizeBytes);
  return (
    <>
      {percent !== null && <Progress value={percent} size="sm" w={160} aria-label={t('progressOf', { name })} />}
      <Text size="xs" c="dimmed">
        {sizeBytes === null || percent === null
          ? t('received', { received: formatBytes(received) })
          : t('receivedOf', { received: formatBytes(received), size: formatBytes(sizeBytes), percent })}
      </Text>
    </>
  );
}
