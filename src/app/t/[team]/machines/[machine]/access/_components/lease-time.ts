/** How long a lease may last, in seconds. */
export const leaseBounds = { min: 120, max: 86_400 } as const;

export type LeaseUnit = 'minutes' | 'hours';

const unitSeconds: Readonly<Record<LeaseUnit, number>> = { minutes: 60, hours: 3600 };

export interface LeaseTime {
  /** An empty field holds the empty text. */
  readonly count: number | string;
  readonly unit: LeaseUnit;
}

/** In the largest unit that leaves no rest. Seconds that fill no minute are rounded up. Pure. */
export const toLeaseTime = (seconds: number): LeaseTime =>
  seconds >= 3600 && seconds % 3600 === 0
    ? { count: seconds / 3600, unit: 'hours' }
    : { count: Math.ceil(seconds / 60), unit: 'minutes' };

/** In seconds; null where it is no number or out of bounds. Pure. */
export function toLeaseSeconds({ count, unit }: LeaseTime): number | null {
  if (typeof count !== 'number' || !Number.isFinite(count)) return null;
  const seconds = Math.round(count * unitSeconds[unit]);
  return seconds >= leaseBounds.min && seconds <= leaseBounds.max ? seconds : null;
}
