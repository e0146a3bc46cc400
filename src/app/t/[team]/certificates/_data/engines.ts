import type { RouterOutputs } from '@/trpc/client';

import type { ReachableEngine } from '../../_client-certificate/client-archive';

type Machine = RouterOutputs['machines']['list'][number];

/** The machines that have an address, as an archive's lines need them. Pure. */
export const enginesOf = (machines: readonly Pick<Machine, 'name' | 'address' | 'enginePort'>[]): ReachableEngine[] =>
  machines.flatMap(({ name, address, enginePort }) => (address === null ? [] : [{ name, address, enginePort }]));
