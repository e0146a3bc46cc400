import { AppError } from '@/server/errors/app-error';
import type { CommandRunner } from '@/server/ssh/command-runner';

import type { ProvisionContext } from './context';
import type { EngineKeeper } from './engine/engine-keeper';
import { getProvisioner } from './list';
import { type OsRelease, parseOsRelease } from './os-release';
import type { Provisioner } from './provisioner';

export interface DetectedSystem {
  readonly os: OsRelease;
  readonly provisioner: Provisioner;
}

/** A host does not change its system under an open connection, and most steps ask. */
const known = new WeakMap<CommandRunner, DetectedSystem>();

/** Reads what the host runs and finds its provisioner. Throws provision.os-unsupported. Changes nothing. */
export async function detectSystem(ctx: ProvisionContext): Promise<DetectedSystem> {
  const before = known.get(ctx.host);
  if (before) return before;
  const file = await ctx.host.read('/etc/os-release', ctx.signal);
  if (file === null) {
    throw new AppError({
      code: 'provision.os-unsupported',
      public: 'The host has no /etc/os-release, so its system is not known.',
    });
  }
  const os = parseOsRelease(file.toString('utf8'));
  const detected = { os, provisioner: getProvisioner(os) };
  known.set(ctx.host, detected);
  return detected;
}

/** How the host's family keeps its engine. Throws provision.os-unsupported. */
export const engineKeeper = async (ctx: ProvisionContext): Promise<EngineKeeper> =>
  (await detectSystem(ctx)).provisioner.engine;
