import { z } from 'zod';

/** Where a hypervisor runs. `local`: on the console's own machine. */
export const hypervisorKinds = ['local', 'ssh'] as const;
export type HypervisorKind = (typeof hypervisorKinds)[number];

/** What the checks of a hypervisor host have found; what the last one did not get to is as it was found before. */
export const hypervisorFacts = z.object({
  /** What the last check has stumbled over first, in a sentence; null where it came to its end. */
  failure: z.string().nullable(),
  /** The account under which commands run there. */
  user: z.string().nullable(),
  hasRoot: z.boolean(),
  system: z.string().nullable(),
  /** As `uname -m` names it. */
  architecture: z.string().nullable(),
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  /** The console's folder on the host, and what is free where it is or will be. */
  folder: z.string().nullable(),
  freeBytes: z.number().nullable(),
  /** Version, or null where it is not installed. */
  vboxVersion: z.string().nullable(),
  /** Versions of libvirt and of what it runs, or null where it is not installed or does not answer. */
  libvirt: z.string().nullable(),
  hasKvm: z.boolean(),
});

export type HypervisorFacts = z.output<typeof hypervisorFacts>;

export const noHypervisorFacts: HypervisorFacts = {
  failure: null,
  user: null,
  hasRoot: false,
  system: null,
  architecture: null,
  cpus: null,
  memoryBytes: null,
  folder: null,
  freeBytes: null,
  vboxVersion: null,
  libvirt: null,
  hasKvm: false,
};

/** How a registered host stands, from its last check. */
export type HypervisorStanding = 'unchecked' | 'failed' | 'bare' | 'ready';

/** `bare`: reached, with no hypervisor on it. Pure. */
export function hypervisorStanding(facts: HypervisorFacts | null): HypervisorStanding {
  if (!facts) return 'unchecked';
  if (facts.failure !== null) return 'failed';
  return facts.vboxVersion !== null || facts.libvirt !== null ? 'ready' : 'bare';
}
