'use client';

import { createContext, useContext } from 'react';

/** Where the fields of an option form live. Paths are dotted: "options.address", "engine.source.baseUrl". */
export interface OptionStore {
  valueAt(path: string): unknown;
  setValue(path: string, value: unknown): void;
  errorAt(path: string): string | undefined;
  /** Errors of what is inside the field, by the rest of their path. */
  errorsUnder(path: string): Readonly<Record<string, string>>;
  readonly isDisabled: boolean;
  /** The team whose things (SSH keys) can be chosen. */
  readonly team: string;
}

const Context = createContext<OptionStore | undefined>(undefined);

export const OptionStoreProvider = Context.Provider;

export function useOptionStore(): OptionStore {
  const store = useContext(Context);
  if (!store) throw new Error('an option field stands outside of its form');
  return store;
}
