import type { RouterOutputs } from '@/trpc/client';

export type Member = RouterOutputs['team']['members'][number];

/** What a removal set in motion. */
export type Removal = RouterOutputs['team']['removeMember'];
