import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconLoader2,
  type TablerIcon,
} from '@tabler/icons-react';

/** The four meanings a colour can have, and `active` (the accent) for work in progress. Never used for anything else. */
export type Tone = 'ok' | 'attention' | 'failed' | 'off' | 'active';

export interface ToneStyle {
  readonly icon: TablerIcon;
  /** CSS values that hold in both schemes; defined in globals.css. */
  readonly colour: string;
  readonly background: string;
  readonly border: string;
}

const toneStyle = (tone: Tone, icon: TablerIcon): ToneStyle => ({
  icon,
  colour: `var(--qm-${tone})`,
  background: `var(--qm-${tone}-bg)`,
  border: `var(--qm-${tone}-border)`,
});

export const tones: Readonly<Record<Tone, ToneStyle>> = {
  ok: toneStyle('ok', IconCircleCheck),
  attention: toneStyle('attention', IconAlertTriangle),
  failed: toneStyle('failed', IconCircleX),
  off: toneStyle('off', IconCircleDashed),
  active: toneStyle('active', IconLoader2),
};
