'use client';

import { type RefObject, useEffect, useState } from 'react';

/** After a refused submit: puts the focus into the first field with an error, once its group has unfolded. */
export function useFocusFirstError(form: RefObject<HTMLElement | null>): () => void {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (turn === 0) return undefined;
    const frame = requestAnimationFrame(() => {
      const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      field?.focus({ preventScroll: true });
      field?.scrollIntoView({ block: 'center' });
    });
    return () => cancelAnimationFrame(frame);
  }, [turn, form]);
  return () => setTurn((count) => count + 1);
}
