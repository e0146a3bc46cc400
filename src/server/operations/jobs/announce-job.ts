import type { TeamContext } from '@/server/operations/team-context';

/** Wakes whoever watches the job or the team's lists, once the change is committed. */
export async function announceJob({ runtime, actor }: TeamContext, jobId: string): Promise<void> {
  await runtime.bus.publish(`job:${jobId}`);
  await runtime.bus.publish(`team:${actor.teamId}`);
}
