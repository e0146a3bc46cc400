import { waitFor } from '@/server/clock/wait-for';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import type { Report } from '../host/report';
import { runScript } from '../host/run';

/**
 * cloud-init's own files say it all, in a millisecond; `cloud-init status` starts a Python for it.
 * Source: cloudinit/cmd/status.py and the ds-identify generator, which make /run/cloud-init/{enabled,disabled}.
 */
const probe = sh`[ -d /run/cloud-init ] && ! [ -e /run/cloud-init/disabled ] && ! [ -e /etc/cloud/cloud-init.disabled ] || { fact state absent; exit 0; }
if [ -e /run/cloud-init/result.json ]; then fact state done; blob result < /run/cloud-init/result.json
elif [ -e /run/cloud-init/enabled ] || [ -e /run/cloud-init/status.json ]; then
  fact state running
  [ ! -e /run/cloud-init/status.json ] || blob status < /run/cloud-init/status.json
else fact state absent; fi`;

export interface CloudInitState {
  readonly state: 'absent' | 'running' | 'done';
  /** What it is at, or the errors that it ended with. */
  readonly detail: string;
}

function parsed(report: Report, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(report.text(name) || '{}');
    const v1 = typeof value === 'object' && value !== null && 'v1' in value ? value.v1 : null;
    return typeof v1 === 'object' && v1 !== null ? { ...v1 } : {};
  } catch {
    // Allowed: cloud-init may be writing the file at this moment; the next look reads it whole.
    return {};
  }
}

export function readCloudInit(report: Report): CloudInitState {
  const state = report.get('state');
  if (state === 'done') {
    const errors = parsed(report, 'result')['errors'];
    return { state, detail: Array.isArray(errors) ? errors.map(String).join('; ') : '' };
  }
  if (state !== 'running') return { state: 'absent', detail: '' };
  const stage = parsed(report, 'status')['stage'];
  return { state, detail: typeof stage === 'string' && stage ? `at its stage ${stage}` : 'between two of its stages' };
}

export interface CloudInitWait {
  readonly state: 'absent' | 'done';
  readonly errors: string;
}

const cloudInitTimeoutMs = 15 * 60_000;

/**
 * Waits until cloud-init has ended, which makes users, keys and packages at a machine's first boot. At once on a host
 * without it. Errors of its own are shown and are no reason to stop. Throws job.step-timeout.
 */
export async function waitCloudInit(
  ctx: ProvisionContext,
  { timeoutMs = cloudInitTimeoutMs } = {},
): Promise<CloudInitWait> {
  const { clock, signal } = ctx;
  const result = await waitFor({
    clock,
    signal,
    everyMs: 500,
    timeoutMs,
    timeout: { code: 'job.step-timeout', what: 'The end of cloud-init' },
    onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}.`),
    poll: async () => {
      const { report } = await runScript(ctx, { name: 'look at cloud-init', script: probe, timeoutMs: 30_000 });
      const { state, detail } = readCloudInit(report);
      return state === 'running'
        ? { done: false, observed: `cloud-init is still setting up the host, ${detail}` }
        : { done: true, value: { state, errors: detail } };
    },
  });
  ctx.log.info(result.state === 'absent' ? 'The host has no cloud-init at work.' : 'cloud-init has ended.');
  if (result.errors) ctx.log.info(`cloud-init ended with errors: ${result.errors}`);
  return result;
}
