import 'server-only';
import type { Clock } from '@/server/clock/clock';
import { hostChecks } from '@/server/provision/checks';
import type { HostCheckInput } from '@/server/provision/checks/check';

import type { HostInView } from './network-probes';
import type { Probe } from './probe';

const timeoutMs = 70_000;

/** Probes write nothing to a log: what they find is what they answer. */
const noLog = { info: () => undefined, line: () => undefined };

/** What the provisioner wants to know of a host before it begins; all of it is read in one go when the first one runs. */
export const hostProbes = (
  host: HostInView,
  { clock, ...input }: HostCheckInput & { clock: Clock },
): readonly Probe[] =>
  hostChecks(input).map(({ id, run }) => ({
    id,
    needs: ['authentication'],
    timeoutMs,
    run: (signal) => run({ host: host.connection, log: noLog, signal, clock }),
  }));
