'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';

import { Notice } from '@/app/_ui/notice';
import { canUseWebCrypto } from '@/lib/csr/request-key';

/** Says what a key is worth that was made on a page without https. */
export function InsecureNotice() {
  const t = useTranslations('connect.insecure');
  // Known only in the browser: the server draws the page without a word on it.
  const [isInsecure, setIsInsecure] = useState(false);
  useEffect(() => setIsInsecure(!canUseWebCrypto()), []);
  if (!isInsecure) return null;
  return (
    <Notice tone="attention" title={t('title')}>
      {t('hint')}
    </Notice>
  );
}
