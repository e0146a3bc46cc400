import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import { installFailure } from './failure';
import { prelude } from './prelude';
import type { PackageTool } from './tool';

/** See PackageManager.purge. */
export async function removePackages(
  ctx: ProvisionContext,
  tool: PackageTool,
  packages: readonly string[],
): Promise<void> {
  const script = sh`${prelude(tool, {})}
${tool.settle}
${tool.remove(packages)}`;
  const { exitCode, lines } = await runScript(ctx, {
    name: 'remove packages',
    script,
    expect: 'any',
    timeoutMs: 10 * 60_000,
  });
  if (exitCode !== 0) throw installFailure(tool.failureWords, 'Removing the packages', lines);
}
