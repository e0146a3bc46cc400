import type { Enforcement } from '@/server/db/generated/client';

/** A sentence that a member reads before the switch is made. */
export type Disturbance = string;

const byTarget: Readonly<Record<Enforcement, readonly Disturbance[]>> = {
  gate: [
    'HAProxy is installed from the host’s package sources, if it is not there.',
    'The engine restarts once: its API is away for about half a second, and every open docker stream (logs, events, exec, builds) is cut.',
    'Containers go on: they keep their process ids, networks and published ports.',
    'From then on each certificate is admitted by its fingerprint, and a revocation disturbs nobody else.',
  ],
  engine: [
    'The engine restarts once: its API is away for about half a second, and every open docker stream (logs, events, exec, builds) is cut.',
    'Containers go on: they keep their process ids, networks and published ports.',
    'From then on the engine itself admits whole members: each later change of access restarts it, which cuts everybody’s open streams.',
    'Taking one certificate of a member renews that member’s CA, so that their other devices need new certificates here.',
    'There is no lease: a host that is off or cut off goes on with what it last knew.',
  ],
};

/** What changing to this enforcement does to the people who use the machine. Pure. */
export const disturbancesOf = (to: Enforcement): readonly Disturbance[] => byTarget[to];
