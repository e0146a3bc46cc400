import type { RouterOutputs } from '@/trpc/client';

/** A swarm of the team, as its page lists it. */
export type Swarm = RouterOutputs['swarms']['list'][number];
