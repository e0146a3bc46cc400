import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { machineRollBackId } from '@/server/jobs/kinds/machine-roll-back';
import { jobKinds } from '@/server/jobs/list';
import { isAction } from '@/server/policies/may';

import { steeringOf } from './job-steering';

/** Kinds that everyone may begin who may steer jobs. A roll-back asks for what the job that it takes back asks for. */
const free = new Set([
  machineRollBackId,
  'machine.start',
  'machine.stop',
  'machine.kill',
  'machine.pause',
  'machine.save',
  'machine.restart',
  'machine.follow-address',
  'machine.renew-certificate',
]);

const member = { role: 'member', userId: randomUUID() } as const;
const machine = { ownerId: member.userId };
const steer = (kind: string, payload: unknown = {}) => steeringOf(member, { kind, payload, machine });
const swarm = { kind: 'init', name: 'harbour' };
const adminOnly = { isAllowed: false, leastRole: 'admin' };

describe('who may steer a job', () => {
  it('is decided for every kind: it names an action, or is free for those who steer jobs', () => {
    for (const kind of jobKinds.keys()) expect([kind, isAction(kind)]).toEqual([kind, !free.has(kind)]);
    for (const kind of free) expect([kind, jobKinds.has(kind)]).toEqual([kind, true]);
  });

  it.each(['machine.enter-swarm', 'machine.leave-swarm', 'machine.self-test'])('%s: admins', (kind) => {
    expect(steer(kind)).toEqual(adminOnly);
  });

  it('asks admins for a creation that goes into a swarm, members for others', () => {
    expect(steer('machine.create', { swarm })).toEqual(adminOnly);
    expect(steer('machine.create')).toEqual({ isAllowed: true, leastRole: 'member' });
  });

  it('asks of a roll-back what the job that it takes back asks', () => {
    const rollBack = (kind: string, payload = {}) => steer(machineRollBackId, { kind, payload });
    expect(rollBack('machine.enter-swarm')).toEqual(adminOnly);
    expect(rollBack('machine.create', { swarm })).toEqual(adminOnly);
    expect(rollBack('machine.create').isAllowed).toBe(true);
  });
});
