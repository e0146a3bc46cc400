'use client';

import { type ComponentType, createContext, useContext } from 'react';

/** What the dialog for a new credential gets, mounted while it is open. */
export interface AddCredentialProps {
  readonly team: string;
  /** Id of the driver that it is for. */
  readonly driver: string;
  readonly onClose: () => void;
  readonly onKept: (id: string) => void;
}

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
  /** Id of the driver whose options these are, which can be asked what there is to choose from. */
  readonly driver?: string | undefined;
  /** Handed in, because that dialog holds an option form in turn. */
  readonly AddCredential?: ComponentType<AddCredentialProps> | undefined;
}

const Context = createContext<OptionStore | undefined>(undefined);

export const OptionStoreProvider = Context.Provider;

export function useOptionStore(): OptionStore {
  const store = useContext(Context);
  if (!store) throw new Error('an option field stands outside of its form');
  return store;
}
