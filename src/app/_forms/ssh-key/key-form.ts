'use client';

import type { FormEvent } from 'react';

/** What both ways to a new key are given. */
export interface KeyFormProps {
  readonly team: string;
  readonly onCancel: () => void;
  readonly onMade: (id: string) => void;
}

/** React hands a dialog's submit on to the form that the dialog was opened from; that one must not be sent. */
export const onlyHere =
  (submit: (event: FormEvent<HTMLFormElement>) => void) => (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation();
    submit(event);
  };
