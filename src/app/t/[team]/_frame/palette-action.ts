import type { TablerIcon } from '@tabler/icons-react';

/** One page that the palette can go to, or one thing that begins at an address. */
export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  /** The heading that it stands under. */
  readonly group: string;
  readonly icon: TablerIcon;
  /** Further words that find it. */
  readonly keywords?: readonly string[];
  readonly href: string;
}
