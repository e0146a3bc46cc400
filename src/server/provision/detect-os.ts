import { AppError } from '@/server/errors/app-error';

import type { ProvisionContext } from './context';
import { getProvisioner } from './list';
import { type OsRelease, parseOsRelease } from './os-release';
import type { Provisioner } from './provisioner';

export interface DetectedSystem {
  readonly os: OsRelease;
  readonly provisioner: Provisioner;
}

/** Reads what the host runs and finds its provisioner. Throws provision.os-unsupported. Changes nothing. */
export async function detectSystem(ctx: ProvisionContext): Promise<DetectedSystem> {
  const file = await ctx.host.read('/etc/os-release', ctx.signal);
  if (file === null) {
    throw new AppError({
      code: 'provision.os-unsupported',
      public: 'The host has no /etc/os-release, so its system is not known.',
    });
  }
  const os = parseOsRelease(file.toString('utf8'));
  return { os, provisioner: getProvisioner(os) };
}
