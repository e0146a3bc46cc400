import { endWithThisProcess } from './cleanup';
import { labCommand, tryLabCommand } from './lab-command';
import { LabHost, type ClientKey, type Release } from './lab-host';

export { LabHost, labPassword } from './lab-host';
export type { ClientKey, LabUser, PowerOptions, Release } from './lab-host';
export type { CommandResult } from './lab-command';
export type { Snapshot, SnapshotEntry } from './snapshot';

export interface StartHostOptions {
  /** Default bookworm. */
  release?: Release;
  /** present: docker.io is installed and answers. absent (default): its packages are in the host's own repository. */
  engine?: 'absent' | 'present';
  /** Fixes the address (10.77.0.(10 + index), 1 to 200). Default: the lowest that is free. */
  index?: number;
  /** Default: one key for all hosts of this process. */
  clientKey?: ClientKey;
}

/** Whether real hosts can be made here, or in a sentence why not. Changes nothing. */
export async function labAvailable(): Promise<{ ok: true } | { ok: false; reason: string }> {
  const { code, stdout, stderr } = await tryLabCommand(['check']);
  const answer = (code === 0 ? stdout : stderr).trim();
  return answer === 'ok' ? { ok: true } : { ok: false, reason: answer };
}

/**
 * Makes the bases of these releases, once: they are cached. Takes one to two minutes for each that is missing, and needs
 * the Debian mirror of this machine's apt then.
 */
export async function prepareLab(releases: readonly Release[]): Promise<void> {
  await labCommand(['prepare', ...releases], { timeoutMs: 15 * 60_000, showProgress: true });
}

/** Starts a host that ends with this process at the latest. Several may be started at once. */
export async function startHost(options: StartHostOptions = {}): Promise<LabHost> {
  const { release = 'bookworm', engine = 'absent', index } = options;
  const clientKey = options.clientKey ?? (await ownClientKey());
  const output = await labCommand(['start', String(index ?? 'auto'), String(process.pid), release, engine], {
    stdin: `${clientKey.privateKey}${clientKey.publicKey}\n`,
    timeoutMs: 15 * 60_000,
  });
  const facts = parseFacts(output);
  endWithThisProcess(facts.name);
  return new LabHost({ ...facts, release, engine, clientKey });
}

/** Loads the image `busybox:lab` (sh and the usual commands, 2 MB) into the host's engine: no registry is reachable. */
export async function stageImage(host: LabHost): Promise<'busybox:lab'> {
  await labCommand(['stage-image', host.name]);
  return 'busybox:lab';
}

/** The content of `busybox:lab`, for `docker import` where the engine is in no host of the lab. Out: its path. */
export async function busyboxArchive(release: Release): Promise<string> {
  return (await labCommand(['busybox-archive', release])).trim();
}

/** Removes what processes that are gone have left in the lab. Starting a host does so as well. */
export async function sweepLab(): Promise<void> {
  await labCommand(['sweep']);
}

let clientKeyOfThisProcess: Promise<ClientKey> | undefined;

function ownClientKey(): Promise<ClientKey> {
  clientKeyOfThisProcess ??= makeClientKey();
  return clientKeyOfThisProcess;
}

/** An ed25519 key pair as ssh-keygen makes it. */
export async function makeClientKey(): Promise<ClientKey> {
  const output = await labCommand(['make-key']);
  const at = output.indexOf('ssh-ed25519 ');
  return { privateKey: output.slice(0, at), publicKey: output.slice(at).trim() };
}

function parseFacts(output: string): { name: string; address: string; hostKeyFingerprint: string } {
  const facts: unknown = JSON.parse(output);
  if (
    typeof facts === 'object' &&
    facts !== null &&
    'name' in facts &&
    'address' in facts &&
    'hostKeyFingerprint' in facts
  ) {
    const { name, address, hostKeyFingerprint } = facts;
    if (typeof name === 'string' && typeof address === 'string' && typeof hostKeyFingerprint === 'string') {
      return { name, address, hostKeyFingerprint };
    }
  }
  throw new Error(`lab.sh start answered: ${output}`);
}
