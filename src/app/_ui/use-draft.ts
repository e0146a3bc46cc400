'use client';

import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';

const typingPauseMs = 150;

interface Typed {
  readonly text: string;
  /** What the value was when this was typed, and what was handed over last: both mean that nobody else changed it. */
  readonly baseline: string;
  readonly committed: string;
}

/**
 * Keeps what is being typed until the typing pauses: an address that changes at every key would be in the way. A value
 * that arrives late from our own change does not take back what was typed since; one from elsewhere (back button) wins.
 */
export function useDraft(value: string, onChange: (value: string) => void) {
  const [typed, setTyped] = useState<Typed | null>(null);
  const isOurs = typed !== null && (value === typed.baseline || value === typed.committed);

  const commit = (text: string) => {
    setTyped({ text, baseline: value, committed: text });
    if (text !== value) onChange(text);
  };
  const commitLater = useDebouncedCallback(commit, typingPauseMs);

  return {
    draft: isOurs ? typed.text : value,
    type: (text: string) => {
      setTyped({ text, baseline: value, committed: isOurs ? typed.committed : value });
      commitLater(text);
    },
    set: (text: string) => {
      commitLater.cancel();
      commit(text);
    },
  };
}
