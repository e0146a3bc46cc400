'use client';

import { Stack } from '@mantine/core';
import { useTranslations } from 'next-intl';
import { useState } from 'react';

import { Dialog } from '@/app/_ui/dialog';
import { DialogWays } from '@/app/_ui/dialog-ways';
import type { CatalogueImage } from '@/lib/catalogue-image';
import { type ImageWay, imageWays } from '@/lib/paths';

import { AddressForm } from './address-form';
import { CatalogueList } from './catalogue-list';
import { UploadForm } from './upload-form';

export interface AddImageDialogProps {
  readonly team: string;
  readonly way: ImageWay;
  readonly onWay: (way: ImageWay) => void;
  readonly onClose: () => void;
  readonly onBegun: (image: { readonly id: string; readonly name: string }, file: File) => void;
}

/** A new image: a well-known one, one at an address, or one that this browser sends. */
export function AddImageDialog({ team, way, onWay, onClose, onBegun }: AddImageDialogProps) {
  const t = useTranslations('images');
  const [known, setKnown] = useState<CatalogueImage>();
  return (
    <Dialog opened onClose={onClose} title={t('add')} size="lg">
      <Stack gap="md">
        <DialogWays
          label={t('add')}
          value={way}
          onChange={(next) => {
            setKnown(undefined);
            onWay(next);
          }}
          ways={imageWays.map((value) => ({ value, label: t(`ways.${value}`) }))}
        />
        {way === 'catalogue' && (
          <CatalogueList
            team={team}
            onChoose={(image) => {
              setKnown(image);
              onWay('address');
            }}
          />
        )}
        {way === 'address' && <AddressForm team={team} known={known} onCancel={onClose} onAdded={onClose} />}
        {way === 'upload' && <UploadForm team={team} onCancel={onClose} onBegun={onBegun} />}
      </Stack>
    </Dialog>
  );
}
