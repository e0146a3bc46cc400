'use client';

import type { TablerIcon } from '@tabler/icons-react';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';

/** One thing that the palette can do or one page that it can go to. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  /** The heading that it stands under. */
  readonly group: string;
  readonly icon?: TablerIcon | undefined;
  /** Further words that find it. */
  readonly keywords?: readonly string[] | undefined;
  readonly href?: string | undefined;
  readonly onSelect?: (() => void) | undefined;
}

type Register = (actions: readonly PaletteAction[]) => () => void;

const Registered = createContext<readonly PaletteAction[]>([]);
const RegisterContext = createContext<Register>(() => () => undefined);

/** Holds the actions that the open pages brought along. */
export function PaletteActionsProvider({ children }: { readonly children: ReactNode }) {
  const [lists, setLists] = useState<readonly (readonly PaletteAction[])[]>([]);
  const [register] = useState(() => (actions: readonly PaletteAction[]) => {
    setLists((before) => [...before, actions]);
    return () => setLists((before) => before.filter((list) => list !== actions));
  });
  return (
    <RegisterContext value={register}>
      <Registered value={lists.flat()}>{children}</Registered>
    </RegisterContext>
  );
}

/** Adds a page's actions to the palette while the page is open. Memoise the list. */
export function usePaletteActions(actions: readonly PaletteAction[]): void {
  const register = useContext(RegisterContext);
  useEffect(() => register(actions), [register, actions]);
}

/** What the open pages have added. */
export const useRegisteredPaletteActions = (): readonly PaletteAction[] => useContext(Registered);
