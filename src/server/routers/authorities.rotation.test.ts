import { X509Certificate } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { rotationStage } from '@/server/operations/authorities/authorities.test-support';
import { engineCaBundle } from '@/server/operations/pki/engine-ca-bundle';
import { trustOfMachine } from '@/server/operations/pki/trust-of-machine';

import { rejection } from '../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../test/support/test-console';

let console_: TestConsole;
let owner: TestMember;
let member: TestMember;
let stage: ReturnType<typeof rotationStage>;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

beforeEach(async () => {
  ({ owner, member } = await console_.seedCrew('owner', 'member'));
  stage = rotationStage(console_, owner);
});

const team = () => ({ team: owner.team.slug });
const start = () => owner.call.authorities.startRotation({ ...team(), kind: 'engine' });
const current = async () => (await member.call.authorities.rotation(team())).current;
const bundleSize = async () =>
  (await engineCaBundle(console_.runtime, owner.team.id)).pem.split('BEGIN CERTIFICATE').length - 1;
const advance = (rotationId: string, more: { machine?: string; force?: boolean } = {}) =>
  owner.call.authorities.advance({ ...team(), rotationId, ...more });
const moved = async () => (await current())?.machines.map((machine) => machine.moved);

// A dozen keys are made in some of these: seconds on a computer of its own, much more on a busy one.
const keysTake = { timeout: 120_000 };

describe("a rotation of the team's engine CA", keysTake, () => {
  it('ok: introduces, moves the canary, then the others, waits for the members, and retires the former', async () => {
    await stage.machine('edge-1');
    await stage.machine('edge-2', 'engine');
    await stage.issue(member);
    const { rotationId } = await start();
    expect(await bundleSize()).toBe(2);
    expect(await current()).toMatchObject({
      phase: 'introduced',
      bridged: true,
      former: { generation: 1 },
      next: { generation: 2 },
      members: [{ name: member.user.name, hasNewCa: false }],
      can: { advance: true, why: null, rollBack: true },
    });
    expect((await member.call.notifications.list(team())).notifications[0]?.kind).toBe('engine-ca-introduced');
    // Nothing is signed by the new CA yet.
    const before = await stage.certificateOf('edge-1');

    await advance(rotationId, { machine: 'edge-2' });
    expect(await current()).toMatchObject({ phase: 'moving', canaryMachine: 'edge-2', can: { advance: false } });
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.wrong-phase' });
    await stage.runJobs('edge-2');
    expect(await moved()).toEqual([false, true]);
    expect((await stage.certificateOf('edge-1')).fingerprint).toBe(before.fingerprint);

    await advance(rotationId);
    await stage.runJobs('edge-1');
    const view = await current();
    expect(view).toMatchObject({ phase: 'moved', can: { advance: true } });
    expect(view?.machines[0]?.containersBefore).toEqual(view?.machines[0]?.containersAfter);
    expect(view?.machines[0]?.containersAfter[0]).toMatchObject({ name: 'web', pid: 4711 });

    expect(view?.can.why).toContain(member.user.name);
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.not-ready' });
    const { pem, generation } = await member.call.authorities.takeEngineCa(team());
    expect([generation, pem.split('BEGIN').length - 1]).toEqual([2, 2]);
    await advance(rotationId);
    expect(await current()).toBeNull();
    expect(await bundleSize()).toBe(1);
    const { past } = await owner.call.authorities.rotation(team());
    expect(past).toMatchObject([{ phase: 'retired', next: { generation: 2 } }]);
  });

  it('ok: machines that have moved are believed with the former ca.pem alone, and with the new', async () => {
    await stage.machine('edge-1');
    const former = await engineCaBundle(console_.runtime, owner.team.id);
    const { rotationId } = await start();
    await advance(rotationId);
    const { certificatePem } = await stage.certificateOf('edge-1');
    const [server, bridge] = certificatePem
      .split(/(?<=-----END CERTIFICATE-----\n)/)
      .map((pem) => new X509Certificate(pem));
    expect(bridge?.verify(new X509Certificate(former.pem).publicKey)).toBe(true);
    expect(server?.verify(bridge?.publicKey ?? new X509Certificate(former.pem).publicKey)).toBe(true);
    await stage.runJobs('edge-1');
    await advance(rotationId);
    expect((await stage.certificateOf('edge-1')).certificatePem.match(/BEGIN/g)).toHaveLength(1);
  });

  it('ok: an owner may retire without waiting for members', async () => {
    await stage.issue(member);
    const { rotationId } = await start();
    await advance(rotationId);
    expect((await current())?.phase).toBe('moved');
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.not-ready' });
    await advance(rotationId, { force: true });
    expect(await current()).toBeNull();
  });

  it('ok: a machine that failed to move is tried again, and says why it failed', async () => {
    await stage.machine('edge-1');
    const { rotationId } = await start();
    await advance(rotationId);
    await stage.runJobs('edge-1', { works: false });
    const failed = await current();
    expect(failed?.machines[0]).toMatchObject({ moved: false });
    expect(failed?.machines[0]?.failure).not.toBeNull();
    expect((await owner.call.notifications.list(team())).notifications[0]).toMatchObject({
      kind: 'engine-renewal-failed',
      tone: 'failed',
    });
    await advance(rotationId);
    await stage.runJobs('edge-1');
    expect(await current()).toMatchObject({ phase: 'moved', machines: [{ moved: true, failure: null }] });
  });

  it('ok: a roll-back before anything has moved is over at once', async () => {
    await stage.machine('edge-1');
    const { rotationId } = await start();
    await owner.call.authorities.rollBack({ ...team(), rotationId });
    expect(await current()).toBeNull();
    expect(await bundleSize()).toBe(1);
    // The next one counts on.
    await start();
    expect((await current())?.next.generation).toBe(3);
  });

  it('ok: a roll-back gives the machines that have moved a certificate of the former CA, then ends', async () => {
    await stage.machine('edge-1');
    await stage.machine('edge-2');
    const { authorityId } = await stage.certificateOf('edge-1');
    const { rotationId } = await start();
    await advance(rotationId, { machine: 'edge-1' });
    await stage.runJobs('edge-1');
    await owner.call.authorities.rollBack({ ...team(), rotationId });
    // Until it has moved back its certificate has to be believed.
    expect([(await current())?.phase, await bundleSize()]).toEqual(['rolled_back', 2]);
    expect(await stage.runJobs('edge-2')).toBe(0);
    await stage.runJobs('edge-1', { works: false });
    expect(await current()).toMatchObject({ phase: 'rolled_back', can: { advance: true, rollBack: false } });
    await advance(rotationId);
    await stage.runJobs('edge-1');
    expect([await current(), await bundleSize()]).toEqual([null, 1]);
    expect((await stage.certificateOf('edge-1')).authorityId).toBe(authorityId);
  });

  it('conflict: one at a time; what is over stays over', async () => {
    const { rotationId } = await start();
    expect(await rejection(start())).toMatchObject({ code: 'rotation.wrong-phase' });
    await owner.call.authorities.rollBack({ ...team(), rotationId });
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.wrong-phase' });
  });

  it('forbidden, not-found: only owners of the team, and its own rotation and machines', async () => {
    const admin = await console_.seedMember(owner.team, 'admin');
    const foreign = await console_.seedMember(await console_.seedTeam(), 'owner');
    await stage.machine('edge-1');
    const { rotationId } = await start();
    const their = { rotationId, team: foreign.team.slug };
    expect(await rejection(admin.call.authorities.advance({ ...team(), rotationId }))).toMatchObject({
      code: 'auth.forbidden',
    });
    expect(await rejection(foreign.call.authorities.advance(their))).toMatchObject({ code: 'rotation.not-found' });
    expect(await rejection(foreign.call.authorities.rollBack(their))).toMatchObject({ code: 'rotation.not-found' });
    expect(await rejection(foreign.call.authorities.rotation(team()))).toMatchObject({ code: 'team.not-found' });
    expect(await rejection(advance(rotationId, { machine: 'edge-9' }))).toMatchObject({ code: 'machine.not-found' });
  });
});

describe("a rotation of a member's client CA", keysTake, () => {
  const membershipId = () => member.actor.membershipId;
  const startClient = () =>
    owner.call.authorities.startRotation({ ...team(), kind: 'client', membershipId: membershipId() });
  const trusted = async (name: string) => {
    const { id } = await console_.runtime.database.prisma.machine.findFirstOrThrow({
      where: { name, teamId: owner.team.id },
    });
    const { trustPem } = await trustOfMachine(console_.runtime, { machineId: id, teamId: owner.team.id });
    return trustPem.split('BEGIN CERTIFICATE').length - 1;
  };
  const status = async (id: string) =>
    (await console_.runtime.database.prisma.certificate.findUniqueOrThrow({ where: { id } })).status;

  it('ok: engines trust both CAs until the former is retired, and then what it signed is refused', async () => {
    await stage.machine('edge-1', 'engine');
    await stage.admit('edge-1', member);
    const old = await stage.issue(member);
    const { rotationId } = await startClient();
    expect(await trusted('edge-1')).toBe(3);
    expect((await member.call.notifications.list(team())).notifications[0]).toMatchObject({
      kind: 'client-ca-introduced',
      values: { devices: 'laptop' },
    });
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.not-ready' });
    const fresh = await stage.issue(member, 'desk');
    await advance(rotationId, { force: true });
    const { changeId } = await advance(rotationId, { force: true });
    expect([await status(old.certificateId), await status(fresh.certificateId)]).toEqual(['revoked', 'active']);
    expect(await trusted('edge-1')).toBe(2);
    expect(changeId).not.toBeNull();
    expect(await current()).toBeNull();
  });

  it('ok: rolled back, the former CA signs again, and nobody is locked out by it', async () => {
    await stage.machine('edge-1', 'engine');
    await stage.admit('edge-1', member);
    const { rotationId } = await startClient();
    const fresh = await stage.issue(member);
    await owner.call.authorities.rollBack({ ...team(), rotationId });
    expect([await status(fresh.certificateId), await trusted('edge-1')]).toEqual(['active', 3]);
    const again = await stage.issue(member, 'desk');
    const { authorities } = await owner.call.authorities.list(team());
    const signer = authorities.find((row) => row.kind === 'client' && row.generation === 1 && row.signed === 1);
    expect(new X509Certificate(again.certificatePem).issuer.split('\n').reverse().join(', ')).toBe(signer?.subject);
    expect(await rejection(advance(rotationId))).toMatchObject({ code: 'rotation.not-ready' });
    await advance(rotationId, { force: true });
    expect([await status(fresh.certificateId), await trusted('edge-1'), await current()]).toEqual(['revoked', 2, null]);
  });

  it('not-found: of a member of another team', async () => {
    const foreign = await console_.seedMember(await console_.seedTeam());
    const input = { ...team(), kind: 'client' as const, membershipId: foreign.actor.membershipId };
    expect(await rejection(owner.call.authorities.startRotation(input))).toMatchObject({ code: 'member.not-found' });
  });
});
