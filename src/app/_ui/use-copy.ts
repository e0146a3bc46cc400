'use client';

import { useEffect, useRef, useState } from 'react';

export type CopyOutcome = 'idle' | 'copied' | 'failed';

const shownForMs = 1500;

/** Copies text and remembers for a moment how it went. */
export function useCopy(): { readonly outcome: CopyOutcome; readonly copy: (text: string) => Promise<void> } {
  const [outcome, setOutcome] = useState<CopyOutcome>('idle');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const copy = async (text: string) => {
    const copied = await writeClipboard(text);
    setOutcome(copied ? 'copied' : 'failed');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome('idle'), shownForMs);
  };
  return { outcome, copy };
}

async function writeClipboard(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // The browser denies it, for example without focus; the older way may still work.
    }
  }
  return copyBySelection(text);
}

/** navigator.clipboard is missing on plain http, where many on-premise consoles live. */
function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.setAttribute('readonly', '');
  area.className = 'qm-offscreen';
  // Inside an open dialog the focus trap would take the selection away from an element outside of it.
  const host = document.activeElement?.closest('[role="dialog"]') ?? document.body;
  const focused = document.activeElement;
  host.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return copied;
}
