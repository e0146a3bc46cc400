import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { selfTestPassed, type SelfTestProbe, type SelfTestResult } from '@/lib/self-test';
import { systemClock } from '@/server/clock/clock';
import { type IssuedKeyPair } from '@/server/pki/ca';
import { harbour, quickCa } from '@/server/pki/pki.test-support';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { connectSsh } from '@/server/ssh/connect';
import type { Dial } from '@/server/ssh/dial';
import { LateSocket } from '@/server/ssh/late-socket';

import { isSshdInstalled, startSshd, trustAnyKey } from '../../../test/support/sshd';
import { attack } from './attack';
import { canarySubject, issueForTest, makeCaForTest } from './canary';
import { gainFoothold } from './foothold';
import { type Faults, startTestHost } from './host.test-support';

const now = new Date();
let engineCa: IssuedKeyPair;
let consoleCa: IssuedKeyPair;
let server: IssuedKeyPair;
let canary: IssuedKeyPair;
let foreign: IssuedKeyPair;
let bystander: IssuedKeyPair;
const stops: (() => void)[] = [];

beforeAll(async () => {
  const subject = canarySubject({ team: harbour.team, machineId: 'm-1' });
  [engineCa, consoleCa] = await Promise.all([quickCa(), quickCa({ commonName: 'Console CA' })]);
  const otherCa = await makeCaForTest({ commonName: 'Console CA', organization: 'harbour' }, now);
  const names = {
    ca: engineCa,
    commonName: 'edge',
    sans: ['127.0.0.1'],
    keyBits: 2048,
    validForDays: 30,
    now,
  } as const;
  [server, canary, foreign, bystander] = await Promise.all([
    issueServerCertificate(names),
    issueForTest(consoleCa, subject, now),
    issueForTest(otherCa, subject, now),
    issueForTest(consoleCa, harbour, now),
  ]);
});
afterAll(() => stops.forEach((stop) => stop()));

const pairOf = (issued: IssuedKeyPair) => ({ cert: issued.certificatePem, key: issued.privateKeyPem });

async function startHost(faults: Faults) {
  const host = await startTestHost({ server, clientCaPem: consoleCa.certificatePem }, faults);
  stops.push(() => host.close());
  host.admit([canary.fingerprintSha256, bystander.fingerprintSha256]);
  return host;
}

async function test(faults: Faults, dial?: Dial): Promise<SelfTestResult[]> {
  const host = await startHost(faults);
  const target = {
    address: '127.0.0.1',
    port: host.port,
    engineCaPem: engineCa.certificatePem,
    ...(dial && { connect: () => new LateSocket(dial, { host: '127.0.0.1', port: host.port }) }),
  };
  const foothold = await gainFoothold(target, pairOf(canary), systemClock);
  const revokedAt = systemClock.now();
  host.admit([bystander.fingerprintSha256]);
  const attackers = { canary: pairOf(canary), foreign: pairOf(foreign), bystander: pairOf(bystander) };
  try {
    return await attack({ target, attackers, foothold, revokedAt, clock: systemClock, heldMs: 200 });
  } finally {
    foothold.close();
  }
}

const withOutcome = (results: readonly SelfTestResult[], outcome: string): SelfTestProbe[] =>
  results.filter((row) => row.outcome === outcome).map((row) => row.probe);

describe('attack', () => {
  it('passes a host that does what the gate does, and says what was seen', async () => {
    const results = await test({});
    expect(selfTestPassed(results), JSON.stringify(results, null, 1)).toBe(true);
    expect(results.every((row) => row.ms !== null && row.ms < 2000)).toBe(true);
    expect(results.find((row) => row.probe === 'no-certificate')?.detail).toMatch(/alert/);
  });

  it.skipIf(!isSshdInstalled)('sees the same through another host', async () => {
    const sshd = await startSshd();
    const { signal } = new AbortController();
    const way = await connectSsh(sshd.target, { signal, hostKey: trustAnyKey });
    try {
      const dial: Dial = (endpoint, limits) => way.dial(endpoint, limits);
      const good = await test({}, dial);
      expect(selfTestPassed(good), JSON.stringify(good, null, 1)).toBe(true);
      const lax = await test({ trustsResumed: true, keepsStreams: true }, dial);
      expect(withOutcome(lax, 'admitted')).toEqual(['admitted', 'resumed-tls12', 'resumed-tls13', 'held-stream']);
    } finally {
      await way.close();
      await sshd.remove();
    }
  });

  it('passes one that does not speak TLS 1.2 at all', async () => {
    const results = await test({ minVersion: 'TLSv1.3' });
    expect(selfTestPassed(results), JSON.stringify(results, null, 1)).toBe(true);
    expect(results.find((row) => row.probe === 'resumed-tls12')?.detail).toMatch(/alert protocol version/);
  });

  it.each<[string, Faults, SelfTestProbe[]]>([
    ['resumed sessions', { trustsResumed: true }, ['resumed-tls12', 'resumed-tls13']],
    ['streams that were open', { keepsStreams: true }, ['held-stream']],
    [
      'the revoked certificate',
      { forgets: true },
      ['fresh-tls12', 'fresh-tls13', 'resumed-tls12', 'resumed-tls13', 'held-stream'],
    ],
    ['anyone', { trustsAnyone: true }, ['foreign-ca', 'no-certificate']],
  ])('fails a host that lets in %s, and names it', async (_name, faults, gotIn) => {
    const results = await test(faults);
    expect(withOutcome(results, 'admitted')).toEqual(['admitted', ...gotIn]);
    expect(selfTestPassed(results)).toBe(false);
  });

  it('fails a host that lets nobody in, from the beginning or afterwards', async () => {
    const closed = await test({ closed: true });
    expect(closed[0]).toMatchObject({ probe: 'admitted', outcome: 'refused' });
    expect(withOutcome(closed, 'refused')).toEqual(['admitted']);
    const dead = await test({ dies: true });
    expect(withOutcome(dead, 'refused')).toEqual([]);
    expect(dead.find((row) => row.probe === 'fresh-tls13')?.detail).toMatch(/proves nothing/);
  });

  it('takes a port where nobody or another listens for no refusal', async () => {
    const attackers = { canary: pairOf(canary), foreign: pairOf(foreign), bystander: pairOf(bystander) };
    const host = await startHost({});
    const elsewhere = { address: '127.0.0.1', port: 1, engineCaPem: engineCa.certificatePem };
    const impostor = { address: '127.0.0.1', port: host.port, engineCaPem: consoleCa.certificatePem };
    for (const target of [elsewhere, impostor]) {
      const foothold = await gainFoothold(target, pairOf(canary), systemClock);
      const results = await attack({ target, attackers, foothold, revokedAt: now, clock: systemClock, heldMs: 200 });
      expect(results.map((row) => row.outcome)).toEqual(results.map(() => 'unknown'));
    }
  });
});
