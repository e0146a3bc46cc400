'use client';

import type { NewMachineValues } from './new-machine-values';

/** What was entered, kept until the tab is closed. Drivers share the name, the access and the enforcement; each has its own settings. */
interface Draft {
  readonly name?: unknown;
  readonly access?: unknown;
  readonly enforcement?: unknown;
  readonly settings?: Readonly<Record<string, Pick<NewMachineValues, 'options' | 'engine'>>>;
}

const keyOf = (team: string) => `quaymaster.new-machine.${team}`;

/** Storage may be forbidden or full; the page works without it. */
const quietly = <T>(act: () => T): T | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

const readAll = (team: string): Draft | null =>
  quietly(() => JSON.parse(sessionStorage.getItem(keyOf(team)) ?? 'null') as Draft | null) ?? null;

export const draftStorage = {
  /** Null where nothing was entered in this tab yet. */
  read: (team: string, driver: string): unknown => {
    const draft = readAll(team);
    return (
      draft && { name: draft.name, access: draft.access, enforcement: draft.enforcement, ...draft.settings?.[driver] }
    );
  },
  write: ({ team, driver }: { team: string; driver: string }, values: NewMachineValues) => {
    const { name, access, enforcement, options, engine } = values;
    const settings = { ...readAll(team)?.settings, [driver]: { options, engine } };
    quietly(() =>
      sessionStorage.setItem(keyOf(team), JSON.stringify({ name, access, enforcement, settings } satisfies Draft)),
    );
  },
  remove: (team: string): void => {
    quietly(() => sessionStorage.removeItem(keyOf(team)));
  },
};
