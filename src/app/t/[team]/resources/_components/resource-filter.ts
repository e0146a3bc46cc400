import { type ResourceStanding, resourceStandings } from '@/lib/resource';

/** Which part of the ledger a page shows. */
export interface ResourceFilter {
  readonly machine?: string;
  readonly show?: ResourceStanding;
}

const machineMax = 63;

const isStanding = (value: unknown): value is ResourceStanding =>
  resourceStandings.some((standing) => standing === value);

/** Reads the filter from the values of an address; what makes no sense is left out. Pure. */
export function resourceFilterOf({ machine, show }: { machine: unknown; show: unknown }): ResourceFilter {
  return {
    ...(typeof machine === 'string' && machine !== '' && machine.length <= machineMax && { machine }),
    ...(isStanding(show) && { show }),
  };
}

export const isSameFilter = (a: ResourceFilter, b: ResourceFilter): boolean =>
  a.machine === b.machine && a.show === b.show;
