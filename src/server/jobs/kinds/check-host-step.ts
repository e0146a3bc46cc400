import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';
import { hostChecks } from '@/server/provision/checks';
import type { HostCheckId } from '@/server/provision/checks/check';
import { engineSettings } from '@/server/provision/engine-settings';

import { machineOf, type MachineStep, provisionContextOf } from './machine-steps';

const marks = { ok: 'ok', warning: 'note', failed: 'FAILED' } as const;

/** What each check is refused with. Locks of the package manager are waited for, so they are no reason to refuse. */
const codes: Readonly<Record<Exclude<HostCheckId, 'packages'>, ErrorCode>> = {
  sudo: 'provision.sudo-refused',
  os: 'provision.os-unsupported',
  disk: 'provision.disk-full',
  clock: 'provision.clock-skew',
  port: 'provision.port-taken',
  engine: 'provision.engine-missing',
};

/**
 * The same look at the host that the form offers, once more before the first change: whoever came past the form, or found
 * the host changed since, is refused while nothing has been touched.
 */
export const checkHost: MachineStep = {
  name: 'check-host',
  timeoutMs: 3 * 60_000,
  run: async (ctx) => {
    const machine = await machineOf(ctx);
    const provision = await provisionContextOf(ctx, machine);
    const checks = hostChecks({
      settings: engineSettings.parse(machine.row.engineSettings),
      port: machine.target.enginePort,
      owner: { console: ctx.runtime.env.url, machine: machine.row.id },
    });
    let refusal: AppError | undefined;
    for (const check of checks) {
      const { status, message, advice } = await check.run(provision);
      ctx.log.info(`${marks[status]}: ${message}`);
      if (status !== 'failed' || check.id === 'packages') continue;
      refusal ??= new AppError({ code: codes[check.id], public: advice ? `${message} ${advice}` : message });
    }
    if (refusal) throw refusal;
  },
};
