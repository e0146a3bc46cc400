import 'server-only';
import { machineNameSchema } from '@/lib/machine-name';
import type { TeamContext } from '@/server/operations/team-context';

export const nameTakenSentence = (name: string) => `The team has a machine called "${name}" already.`;

export interface NameVerdict {
  readonly isFree: boolean;
  /** Why not; null where it is. */
  readonly reason: string | null;
}

/** Whether a new machine may be called so, for the hint beside the field. Create asks again. */
export async function checkMachineName({ db }: TeamContext, { name }: { name: string }): Promise<NameVerdict> {
  const parsed = machineNameSchema.safeParse(name);
  if (!parsed.success) return { isFree: false, reason: parsed.error.issues[0]?.message ?? null };
  const taken = await db.machine.findFirst({ where: { name: parsed.data }, select: { id: true } });
  return taken ? { isFree: false, reason: nameTakenSentence(parsed.data) } : { isFree: true, reason: null };
}
