import {
  type HealthLink,
  healthLinks,
  isResting,
  type LinkHealth,
  type MachineHealth,
  type MachineProblem,
  type MachineState,
  type RestingState,
} from '@/lib/machine';

/** What looking at a machine has found. */
export interface Findings {
  readonly health: MachineHealth;
  /** The certificate that the engine showed is not valid at this time. */
  readonly isExpired: boolean;
  /** How its provider says that it rests; left out where it does not rest, or was not asked. */
  readonly rest?: RestingState;
  /** Its provider does not know it any more; left out where it was not asked. */
  readonly isGone?: boolean;
}

export interface Status {
  readonly state: MachineState;
  readonly problem: MachineProblem | null;
}

const problemOfLink: Readonly<Record<HealthLink, MachineProblem>> = {
  provider: 'provider-off',
  network: 'unreachable',
  ssh: 'ssh-refused',
  tls: 'tls-wrong',
  engine: 'engine-down',
};

/** The first link of the chain that is broken; null while none is. Pure. */
export const firstBroken = (health: MachineHealth): HealthLink | null =>
  healthLinks.find((link) => health[link].state === 'failed') ?? null;

/** What is wrong, named after the first broken link. Pure. */
export function diagnose({ health, isExpired }: Findings): MachineProblem | null {
  const link = firstBroken(health);
  if (link === null) return null;
  return link === 'tls' && isExpired ? 'certificate-expired' : problemOfLink[link];
}

/** Whether the links behind the provider tell nothing: there is no host that the console signs in to. */
const isSilent = ({ network, ssh, tls, engine }: MachineHealth) =>
  [network, ssh, tls, engine].every(({ state }) => state === 'unknown');

const engineAnswers = ({ tls, engine }: MachineHealth) => tls.state === 'ok' && engine.state === 'ok';

/**
 * The state and the problem that the findings add up to, told by what a docker client would meet. A machine that is known
 * to rest and does not answer goes on resting, in the way that its provider tells of; which is no problem unless it was
 * found so, or its provider does not know it any more. Pure.
 */
export function statusOf(before: Status, findings: Findings): Status {
  const { health, rest, isGone = false } = findings;
  const problem = diagnose(findings);
  if (engineAnswers(health)) return { state: 'running', problem };
  if (isSilent(health) && health.provider.state !== 'failed') {
    if (health.provider.state === 'ok') return { state: 'running', problem };
    return { state: before.state, problem: before.problem };
  }
  if (isResting(before.state) && health.provider.state !== 'ok') {
    return { state: rest ?? before.state, problem: isGone ? problem : before.problem };
  }
  if (problem === 'provider-off') return { state: rest ?? 'stopped', problem };
  return { state: health.network.state === 'failed' ? 'unreachable' : 'degraded', problem };
}

const sameLink = (a: LinkHealth, b: LinkHealth) => a.state === b.state && a.reason === b.reason;

/** Whether two chains say the same. Pure. */
export const sameHealth = (a: MachineHealth, b: MachineHealth): boolean =>
  healthLinks.every((link) => sameLink(a[link], b[link]));

/** Whether they differ in more than the words for what is broken. Pure. */
export const hasTurned = (a: MachineHealth | null, b: MachineHealth): boolean =>
  healthLinks.some((link) => a?.[link].state !== b[link].state) ||
  (b.provider.state === 'ok' && a?.provider.reason !== b.provider.reason);
