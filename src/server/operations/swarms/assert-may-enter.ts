import 'server-only';
import type { SwarmChoice } from '@/lib/swarm';
import type { Driver } from '@/server/drivers/driver';
import { AppError } from '@/server/errors/app-error';
import type { TeamContext } from '@/server/operations/team-context';
import { assertMay } from '@/server/policies/may';

const refuse = (sentence: string, field: string) =>
  new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { [field]: sentence } });

/**
 * Checks before anything is begun whether a machine can come into a swarm in this way. Throws auth.forbidden,
 * driver.unsupported, swarm.not-found, and input.invalid at "swarm.name".
 */
export async function assertMayEnter(ctx: TeamContext, choice: SwarmChoice, driver: Driver): Promise<void> {
  assertMay(ctx.actor, 'swarm.manage');
  if (driver.provisioning !== 'ssh') {
    throw new AppError({
      code: 'driver.unsupported',
      public: `The console sets no engine up on machines of the driver ${driver.label}, so they come into no swarm.`,
    });
  }
  if (choice.kind === 'init') {
    const taken = await ctx.db.swarm.findFirst({ where: { name: choice.name }, select: { id: true } });
    if (taken) throw refuse(`There is a swarm "${choice.name}" already.`, 'swarm.name');
    return;
  }
  const swarm = await ctx.db.swarm.findFirst({ where: { id: choice.swarmId }, select: { id: true } });
  if (swarm) return;
  const sentence = 'This swarm is not there any more. Choose another one.';
  throw new AppError({ code: 'swarm.not-found', public: sentence, fieldErrors: { 'swarm.swarmId': sentence } });
}
