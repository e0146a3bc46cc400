import type { RouterOutputs } from '@/trpc/client';

export type ResourcePage = RouterOutputs['resources']['list'];
export type Resource = ResourcePage['resources'][number];
export type Tombstone = RouterOutputs['resources']['tombstones'][number];
export type Comparison = RouterOutputs['resources']['compare'];
