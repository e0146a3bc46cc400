'use client';

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';

import { CallError } from '@/app/_account/call-error';

/** Asks before one thing of a list is removed. `remove` ends once the list is as it should be; `dialog` is for ConfirmByName. */
export function useRemoval<T>(remove: (thing: T) => Promise<unknown>) {
  const [asked, setAsked] = useState<T>();
  const close = () => setAsked(undefined);
  const { mutate, isPending, error, reset } = useMutation({ mutationFn: remove, onSuccess: close });
  return {
    asked,
    ask: (thing: T) => {
      // Why another one could not be removed is no news of this one.
      reset();
      setAsked(thing);
    },
    dialog: {
      isOpen: true,
      onClose: close,
      onConfirm: () => asked !== undefined && mutate(asked),
      isPending,
      failure: <CallError error={error} />,
    },
  };
}
