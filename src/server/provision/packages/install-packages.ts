import { type ShellScript, sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript, type ScriptAnswer } from '../host/run';
import { waitForPackages } from '../steps/wait-packages';
import { installFailure, isLockFailure } from './failure';
import { engineNotes, noteAdded, type PackageNotes } from './notes';
import { type Environment, prelude } from './prelude';
import type { PackageTool } from './tool';
import type { OfferedVersion } from './versions';

const installTimeoutMs = 20 * 60_000;
const updateTimeoutMs = 5 * 60_000;
const lockAttemptsMax = 5;

/**
 * Runs a script that may meet a lock that the package manager does not wait for by itself, and runs it again when whoever holds it
 * is done. Every run waits with a deadline of its own.
 */
async function runWithLocks(
  ctx: ProvisionContext,
  tool: PackageTool,
  run: { name: string; script: ShellScript; timeoutMs: number },
): Promise<ScriptAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await runScript(ctx, { ...run, expect: 'any' });
    const isOver = answer.exitCode === 0 || attempt === lockAttemptsMax;
    if (isOver || !isLockFailure(tool.failureWords, answer.lines)) return answer;
    await waitForPackages(ctx, { probe: tool.lockProbe });
  }
}

/** A pipe alone would make an empty answer of a failure. */
const reportOffers = (tool: PackageTool, packages: readonly string[]) => sh`offers=$(
  ${tool.listOffers(packages)}
) || exit
printf '%s\\n' "$offers" | blob offers`;

/** Which versions of these packages the lists that the host has offer, newest first. */
export async function knownVersions(
  ctx: ProvisionContext,
  tool: PackageTool,
  { packages }: { packages: readonly string[] },
): Promise<OfferedVersion[]> {
  const script = reportOffers(tool, packages);
  const answer = await runScript(ctx, { name: 'look up the versions', script, expect: 'any', timeoutMs: 60_000 });
  if (answer.exitCode !== 0) throw installFailure(tool.failureWords, 'Looking up the versions', answer.lines);
  return tool.parseOffers(answer.report.text('offers'));
}

/** Reads the package lists anew and says which versions of these packages they offer, newest first. */
export async function offeredVersions(
  ctx: ProvisionContext,
  tool: PackageTool,
  { packages, environment }: { packages: readonly string[]; environment: Environment },
): Promise<OfferedVersion[]> {
  ctx.log.info('Reading the package lists.');
  const script = sh`${prelude(tool, environment)}
${tool.settle}
${tool.refresh}
${reportOffers(tool, packages)}`;
  const answer = await runWithLocks(ctx, tool, { name: 'read the package lists', script, timeoutMs: updateTimeoutMs });
  if (answer.exitCode !== 0) throw installFailure(tool.failureWords, 'Reading the package lists', answer.lines);
  return tool.parseOffers(answer.report.text('offers'));
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

/** Installs packages without asking anybody, and keeps the names of those that it added. */
export async function installPackages(
  ctx: ProvisionContext,
  tool: PackageTool,
  install: PackageInstall,
): Promise<void> {
  const { packages, environment, holds, notes = engineNotes } = install;
  const script = sh`${prelude(tool, environment)}
${noteAdded(tool, notes)}
${holds.length > 0 ? tool.hold(holds) : sh`:`}
remember_packages
${tool.install(packages)}
note_added_packages`;
  ctx.log.info(`Installing ${packages.join(' ')}.`);
  const answer = await runWithLocks(ctx, tool, { name: 'install packages', script, timeoutMs: installTimeoutMs });
  if (answer.exitCode !== 0) {
    throw installFailure(tool.failureWords, `Installing ${packages.join(' ')}`, answer.lines);
  }
}
