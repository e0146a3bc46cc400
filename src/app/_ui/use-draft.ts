'use client';

import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

import { committedDraft, type Draft, draftText, typedDraft } from './draft';

const typingPauseMs = 150;

/** Keeps what is being typed until the typing pauses: an address that changes at every key would be in the way. */
export function useDraft(value: string, onChange: (value: string) => void) {
  const [draft, setDraft] = useState<Draft | null>(null);

  const commit = (text: string) => {
    setDraft(committedDraft(value, text));
    if (text !== value) onChange(text);
  };
  const commitLater = useDebouncedCallback(commit, typingPauseMs);

  return {
    draft: draftText(draft, value),
    type: (text: string) => {
      setDraft(typedDraft(draft, value, text));
      commitLater(text);
    },
    set: (text: string) => {
      commitLater.cancel();
      commit(text);
    },
  };
}
