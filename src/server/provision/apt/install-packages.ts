import { AppError } from '@/server/errors/app-error';
import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { aptSourceFile } from '../host/paths';
import { runScript, type ScriptAnswer } from '../host/run';
import { waitForPackages } from '../steps/wait-packages';
import { installFailure, isLockFailure } from './failure';
import { aptLockProbe, readLockHolders } from './locks';
import { addedPackages, aptEnvironment, enginePackages, finishInterrupted, type PackageNotes } from './shell';
import { type OfferedVersion, parseMadison, pinPackages, resolveVersion } from './versions';

export type Environment = Readonly<Record<string, string>>;

const installTimeoutMs = 20 * 60_000;
const updateTimeoutMs = 5 * 60_000;
const lockAttemptsMax = 5;

/**
 * Runs a script that may meet a lock that apt does not wait for by itself (that of the package lists), and runs it again
 * when whoever holds it is done. Every run waits with a deadline of its own.
 */
async function runWithLocks(
  ctx: ProvisionContext,
  run: { name: string; script: ShellScript; timeoutMs: number },
): Promise<ScriptAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await runScript(ctx, { ...run, expect: 'any' });
    if (answer.exitCode === 0 || !isLockFailure(answer.lines) || attempt === lockAttemptsMax) return answer;
    await waitForPackages(ctx, { probe: aptLockProbe, readHolders: readLockHolders });
  }
}

/** Which versions of these packages the lists that the host has offer, newest first. */
export async function knownVersions(
  ctx: ProvisionContext,
  { packages }: { packages: readonly string[] },
): Promise<OfferedVersion[]> {
  const script = sh`apt-cache madison ${packages} | blob madison`;
  const { report } = await runScript(ctx, { name: 'look up the versions', script, timeoutMs: 30_000 });
  return parseMadison(report.text('madison'));
}

/** Reads the package lists anew and says which versions of these packages they offer, newest first. */
export async function offeredVersions(
  ctx: ProvisionContext,
  { packages, environment }: { packages: readonly string[]; environment: Environment },
): Promise<OfferedVersion[]> {
  ctx.log.info('Reading the package lists.');
  const script = sh`${aptEnvironment(environment)}
${finishInterrupted}
if [ -f ${aptSourceFile} ]; then
  # By itself apt takes a source that fails, or is not signed as it should be, for a reason to use what it had from there before.
  apt-get update -q -o Dir::Etc::sourcelist=${aptSourceFile} -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
fi
apt-get update -q
apt-cache madison ${packages} | blob madison`;
  const answer = await runWithLocks(ctx, { name: 'read the package lists', script, timeoutMs: updateTimeoutMs });
  if (answer.exitCode !== 0) throw installFailure('Reading the package lists', answer.lines);
  return parseMadison(answer.report.text('madison'));
}

const shownVersionsMax = 8;

/** The versions to install: the engine's package in the one that was asked for. Throws with the versions that there are. */
export function chooseVersions(
  packages: readonly string[],
  { offered, wanted }: { offered: readonly OfferedVersion[]; wanted: string | undefined },
): string[] {
  const [engine = ''] = packages;
  const own = offered.filter(({ packageName }) => packageName === engine).map(({ version }) => version);
  if (own.length === 0) {
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `None of the host's package sources offers ${engine}. Look at its package sources, or choose another way to install the engine.`,
    });
  }
  const available = packages.filter(
    (name) => name === engine || offered.some(({ packageName }) => packageName === name),
  );
  if (wanted === undefined) return available;
  const version = resolveVersion(offered, { packageName: engine, wanted });
  if (version === null) {
    const more = own.length > shownVersionsMax ? ` and ${own.length - shownVersionsMax} older ones` : '';
    throw new AppError({
      code: 'provision.engine-install-failed',
      public: `Version ${wanted} of ${engine} is not on offer. Available: ${own.slice(0, shownVersionsMax).join(', ')}${more}.`,
    });
  }
  return pinPackages(available, { offered, version });
}

export interface PackageInstall {
  readonly packages: readonly string[];
  readonly environment: Environment;
  /** Services that the packages would start at once, and that are not to run yet. */
  readonly holds: readonly string[];
  /** Where the added packages are noted; default: with the engine's. */
  readonly notes?: PackageNotes;
}

/** As the engine's packages name them. */
export const engineServices = ['docker', 'docker.service', 'docker.socket'] as const;

/**
 * Around an installation: what the packages start at once would run without TLS and with other settings, so it does not start.
 * Debian's own way to say so (a masked unit would not be enabled either). A policy that the host has already stays.
 */
export const holdServices = (names: readonly string[]): ShellScript => sh`policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep -q 'Written by Quaymaster' "$policy"; then
  printf '%s\\n' '#!/bin/sh' '# Written by Quaymaster while it installs packages.' ${`case $1 in ${names.join(' | ')}) exit 101 ;; esac`} > "$policy"
  chmod 755 "$policy"
  release_services() { rm -f "$policy"; }
else
  release_services() { :; }
fi
trap 'release_services; rm -f -- "$APT_CONFIG"' EXIT`;

/** Installs packages without asking anybody, and keeps the names of those that it added. */
export async function installPackages(ctx: ProvisionContext, install: PackageInstall): Promise<void> {
  const { packages, environment, holds, notes = enginePackages } = install;
  const script = sh`${aptEnvironment(environment)}
${addedPackages(notes)}
${holds.length > 0 ? holdServices(holds) : sh`:`}
remember_packages
apt-get install -y -q --no-install-recommends --allow-downgrades ${packages}
note_added_packages`;
  ctx.log.info(`Installing ${packages.join(' ')}.`);
  const answer = await runWithLocks(ctx, { name: 'install packages', script, timeoutMs: installTimeoutMs });
  if (answer.exitCode !== 0) throw installFailure(`Installing ${packages.join(' ')}`, answer.lines);
}
