import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { PkiFile } from '@/lib/paths';
import { issueTo } from '@/server/operations/certificates/certificates.test-support';
import { ensureAuthority } from '@/server/operations/pki/ensure-authority';
import { openOpenssl, type Openssl } from '@/server/pki/openssl.test-support';
import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole, type TestMember } from '../../../../../test/support/test-console';
import { GET } from './route';

let console_: TestConsole;
let openssl: Openssl;
let owner: TestMember;
let ana: TestMember;
let ben: TestMember;

beforeAll(async () => {
  [console_, openssl] = await Promise.all([createTestConsole(), openOpenssl()]);
  setRuntime(console_.runtime);
});
afterAll(async () => {
  setRuntime(undefined);
  await Promise.all([console_.close(), openssl.remove()]);
});

beforeEach(async () => {
  const team = await console_.seedTeam();
  owner = await console_.seedMember(team, 'owner');
  ana = await console_.seedMember(team, 'member');
  ben = await console_.seedMember(team, 'member');
  await ensureAuthority({ runtime: console_.runtime, teamId: team.id }, { kind: 'console' });
});

const ask = async (file: string, options: { team?: string; etag?: string } = {}) => {
  const { team = owner.team.slug, etag } = options;
  const request = new Request(`http://127.0.0.1:3000/pki/${team}/${file}`, {
    headers: etag === undefined ? {} : { 'if-none-match': etag },
  });
  const response = await GET(request, { params: Promise.resolve({ team, file }) });
  return { response, body: Buffer.from(await response.arrayBuffer()) };
};

const save = async (...files: PkiFile[]) => {
  for (const file of files) await openssl.write(file, (await ask(file)).body);
};

const verify = async (certificatePem: string) => {
  await openssl.write('client.pem', certificatePem);
  const at = Math.floor(console_.clock.now().getTime() / 1000) + 1;
  const files = '-CAfile client-ca.pem -CRLfile client-crls.pem client.pem';
  return (await openssl.run(`verify -attime ${at} -purpose sslclient -crl_check ${files}`)).output;
};

const listOf = (text: string) => ({
  serials: [...text.matchAll(/Serial Number: (\S+)/g)].map(([, serial]) => serial),
  number: BigInt(/crlNumber=(0x[0-9A-F]+)/.exec(text)?.[1] ?? 0),
});

const readIndirect = async () => {
  await save('client.crl', 'client-ca.pem');
  const read = 'crl -inform DER -in client.crl -noout';
  expect((await openssl.run(`${read} -CAfile client-ca.pem -verify`)).output).toContain('verify OK');
  return listOf(await openssl.must(`${read} -text -crlnumber`));
};

describe('lists of revoked certificates', () => {
  it('let openssl refuse the revoked and the suspended one, and accept the live one, from the next request on', async () => {
    const [revoked, held, live] = [
      await issueTo(ana, 'laptop'),
      await issueTo(ana, 'desk'),
      await issueTo(ben, 'desk'),
    ];
    await save('client-ca.pem', 'client-crls.pem');
    for (const each of [revoked, held, live]) expect(await verify(each.certificatePem)).toContain('client.pem: OK');
    const team = owner.team.slug;
    await owner.call.certificates.revoke({ team, ids: [revoked.certificateId], reason: 'keyCompromise' });
    await owner.call.certificates.suspend({ team, ids: [held.certificateId] });
    await save('client-ca.pem', 'client-crls.pem');
    expect(await verify(revoked.certificatePem)).toContain('certificate revoked');
    expect(await verify(held.certificatePem)).toContain('certificate revoked');
    expect(await verify(live.certificatePem)).toContain('client.pem: OK');
    await owner.call.certificates.resume({ team, ids: [held.certificateId] });
    await save('client-crls.pem');
    expect(await verify(held.certificatePem)).toContain('client.pem: OK');
  });

  it('tell of the whole team in one signed file, also of who has left, with a number that grows', async () => {
    const [first, second] = [await issueTo(ana, 'laptop'), await issueTo(ben, 'laptop')];
    const team = owner.team.slug;
    const serialOf = async (id: string) => (await owner.call.certificates.get({ team, id })).serial;
    const empty = await readIndirect();
    expect(empty.serials).toEqual([]);
    await owner.call.certificates.revoke({ team, ids: [first.certificateId], reason: 'superseded' });
    const one = await readIndirect();
    expect(one.serials).toEqual([await serialOf(first.certificateId)]);
    expect(one.number).toBeGreaterThan(empty.number);
    await owner.call.team.removeMember({ team, memberId: ben.actor.membershipId });
    const two = await readIndirect();
    expect(two.serials.sort()).toEqual(
      [await serialOf(first.certificateId), await serialOf(second.certificateId)].sort(),
    );
    expect(two.number).toBeGreaterThan(one.number);
  });

  it('name what a suspended member holds, whose CA is not handed out meanwhile', async () => {
    await issueTo(ana, 'laptop');
    const team = owner.team.slug;
    await owner.call.team.suspendMember({ team, memberId: ana.actor.membershipId });
    expect((await readIndirect()).serials).toHaveLength(1);
    expect((await ask('client-ca.pem')).body.toString()).not.toContain('Client CA');
    await owner.call.team.resumeMember({ team, memberId: ana.actor.membershipId });
    expect((await readIndirect()).serials).toHaveLength(0);
  });

  it('are made anew when half of their hour is over, and not before', async () => {
    await issueTo(ana, 'laptop');
    const first = await readIndirect();
    console_.clock.advance(29 * 60_000);
    expect((await readIndirect()).number).toBe(first.number);
    console_.clock.advance(60_000);
    expect((await readIndirect()).number).toBeGreaterThan(first.number);
  });
});

describe('what anybody may fetch', () => {
  it.each<[PkiFile, string]>([
    ['engine-ca.pem', 'application/x-pem-file'],
    ['client-ca.pem', 'application/x-pem-file'],
    ['client.crl', 'application/pkix-crl'],
    ['client-crls.pem', 'application/x-pem-file'],
  ])('%s comes without a sign-in, and is not sent again to who has it', async (file, type) => {
    await issueTo(ana, 'laptop');
    const { response, body } = await ask(file);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe('public, no-cache');
    expect(body.length).toBeGreaterThan(100);
    expect(body.toString()).not.toContain('PRIVATE KEY');
    const again = await ask(file, { etag: `"x", ${response.headers.get('etag') ?? ''}` });
    expect(again.response.status).toBe(304);
    expect(again.body).toHaveLength(0);
  });

  it.each(['', 'ca-key.pem', 'client.crl.bak', '../client.crl', '__proto__', 'constructor'])(
    'there is no %j, and no other team',
    async (file) => {
      expect((await ask(file)).response.status).toBe(404);
      expect((await ask('client.crl', { team: 'no-such-team' })).response.status).toBe(404);
    },
  );
});
