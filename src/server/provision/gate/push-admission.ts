import { AppError, invariant } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import type { Report } from '../host/report';
import { runScript } from '../host/run';
import type { GateAdmission, GateConfirmation } from './admission';
import { slotsFor } from './gate-config';
import { pushProgram } from './push-program';

const pushTimeoutMs = 60_000;

/** Without empty lines, which end what is sent to HAProxy's socket. */
const joinPem = (certificates: readonly string[]): string =>
  certificates
    .map(
      (pem) =>
        `${pem
          .replaceAll('\r', '')
          .replace(/\n{2,}/g, '\n')
          .trim()}\n`,
    )
    .join('');

function composeInput(admission: GateAdmission, { prepares }: { prepares: boolean }): string {
  const { version, authoritiesPem, fingerprints, lease } = admission;
  invariant(authoritiesPem.length > 0, 'an admission without a CA: HAProxy would not start');
  invariant(
    fingerprints.every((one) => /^[0-9A-F]{64}$/.test(one)),
    'a fingerprint of an admission is not SHA-256',
  );
  const lines = [
    `version ${version}`,
    `slots ${slotsFor(fingerprints.length)}`,
    `policy ${lease.policy === 'strict' ? `strict ${lease.seconds}` : 'best_effort'}`,
    ...(prepares ? ['prepare 1'] : []),
    ...fingerprints.map((one) => `fingerprint ${one}`),
  ];
  return `${lines.join('\n')}\n\n${joinPem(authoritiesPem)}`;
}

const sentences: Readonly<Record<string, string>> = {
  absent: 'The host has no gate: its files are not there',
  write: 'The host could not write a file of the gate',
  down: 'The gate on the host does not run, and did not start',
  runtime: 'The gate on the host does not take over what changed',
  reload: 'The gate on the host does not take over its new settings; it goes on with the former ones',
  held: 'Connections of a certificate that was taken out could not be ended',
  readback: 'The gate on the host has something else than it was told',
};

/** The error of a program that said `failed`; see gate-library.ts. */
export function gateFailure(report: Report, { lines, exitCode }: { lines: readonly string[]; exitCode: number }) {
  const kind = report.get('failed');
  const why = (report.get('why').trim() || (kind === '' ? (lines.at(-1) ?? '') : '')).slice(0, 300);
  const sentence = sentences[kind] ?? `The program for the gate ended with the code ${exitCode}`;
  return new AppError({
    code: 'provision.gate-push-failed',
    public: `${sentence}${why ? `: ${why}` : '.'}`,
    output: lines.join('\n').slice(-8192),
  });
}

function readConfirmation(report: Report): GateConfirmation {
  return {
    version: report.number('version'),
    applied: report.is('applied'),
    drifted: report.is('drifted'),
    added: report.all('added'),
    removed: report.all('removed'),
    ended: Object.fromEntries(report.namesAfter('ended.').map((one) => [one, report.number(`ended.${one}`)])),
    uses: report.namesAfter('use.').map((fingerprint) => {
      const [open = '0', last = '-1'] = report.get(`use.${fingerprint}`).split(' ');
      return {
        fingerprint,
        openConnections: Number(open),
        lastUsedSecondsAgo: Number(last) < 0 ? null : Number(last),
      };
    }),
    tookMs: report.number('took'),
  };
}

async function run(ctx: ProvisionContext, admission: GateAdmission, { prepares }: { prepares: boolean }) {
  const { report, lines, exitCode } = await runScript(ctx, {
    name: prepares ? "write the gate's admission" : 'push the admission to the gate',
    script: sh`began=$(date +%s%N)
perl -e ${pushProgram} || exit
fact took $((($(date +%s%N) - began) / 1000000))`,
    stdin: composeInput(admission, { prepares }),
    expect: 'any',
    timeoutMs: pushTimeoutMs,
  });
  if (report.has('failed') || exitCode !== 0) throw gateFailure(report, { lines, exitCode });
  return readConfirmation(report);
}

/**
 * Makes the gate admit exactly these certificates, in one command on the host: files, memory, and the end of every connection that
 * a removed certificate holds; nobody else's is touched. Renews the lease. An older version than the host's changes
 * nothing (`applied` false); the same version again repairs what differs. A gate that is down is started.
 * Throws provision.gate-push-failed, which names what failed; a push that failed may be repeated.
 */
export const pushAdmission = (ctx: ProvisionContext, admission: GateAdmission): Promise<GateConfirmation> =>
  run(ctx, admission, { prepares: false });

/** Writes the files alone, for a gate that is about to start. Errors as pushAdmission. */
export async function prepareAdmission(ctx: ProvisionContext, admission: GateAdmission): Promise<void> {
  await run(ctx, admission, { prepares: true });
}
