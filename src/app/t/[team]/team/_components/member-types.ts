import type { RouterOutputs } from '@/trpc/client';

export type Member = RouterOutputs['team']['members'][number];
