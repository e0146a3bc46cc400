import type { Tone } from '@/app/_ui/tone';
import type { RouterOutputs } from '@/trpc/client';

/** Something with an end that can lock someone out. */
export type RadarItem = RouterOutputs['authorities']['radar']['items'][number];

export const radarKinds = ['ca', 'engine', 'client', 'console'] as const satisfies readonly RadarItem['what'][];

export const radarTones: Readonly<Record<RadarItem['tone'], Tone>> = {
  failed: 'failed',
  attention: 'attention',
  info: 'off',
};

/** The anchor of an item's row in the list, which its mark on the timeline leads to. */
export const rowAnchor = ({ id }: Pick<RadarItem, 'id'>): string => `radar-${id}`;
