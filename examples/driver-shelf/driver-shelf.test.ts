import { randomUUID } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { shelf } from '.';
import { itKeepsTheDriverContract } from '../../src/server/drivers/contract';
import { Bench, type ProviderUnderTest } from '../../src/server/drivers/contract-bench.test-support';
import { makeDriver } from '../../src/server/drivers/external';

interface Computer {
  name: string;
  address: string;
  isOn: boolean;
  borrower: string | null;
}

const token = 'a token of the shelf';
const url = 'https://shelf.example';

/** The service, with two computers. Strict: another token, path or method is refused. */
class Shelf {
  readonly computers: Computer[] = ['blue', 'green'].map((name, nth) => ({
    name,
    address: `192.0.2.${nth + 1}`,
    isOn: false,
    borrower: null,
  }));
  isAway = false;

  ask(address: URL, { method = 'GET', headers }: RequestInit): Response {
    if (this.isAway) throw new TypeError('fetch failed');
    if (new Headers(headers).get('authorization') !== `Bearer ${token}`) return new Response(null, { status: 401 });
    const [what = '', name = '', power = ''] = address.pathname.slice(1).split('/').map(decodeURIComponent);
    const found = this.#answer([method, what, power].join(' ').trim(), name);
    return found ? Response.json(found) : new Response(null, { status: 404 });
  }

  #answer(asked: string, name: string): Computer[] | null {
    const own = this.computers.filter(({ borrower }) => borrower === name);
    switch (asked) {
      case 'GET computers':
        return this.computers;
      case 'PUT loans':
        return [...own, ...this.computers.filter(({ borrower }) => borrower === null)]
          .slice(0, 1)
          .map((computer) => Object.assign(computer, { borrower: name }));
      case 'DELETE loans':
        return own.map((computer) => Object.assign(computer, { borrower: null, isOn: false }));
      case 'POST computers on':
      case 'POST computers off':
        return this.computers
          .filter((computer) => computer.name === name)
          .map((computer) => Object.assign(computer, { isOn: asked.endsWith('on') }));
      default:
        return null;
    }
  }
}

const fixtureOf = (service: Shelf) => {
  const provider: ProviderUnderTest = {
    things: () =>
      Promise.resolve(
        service.computers.flatMap(({ name, borrower }) =>
          borrower === null ? [] : [{ kind: 'loan', name: borrower, providerId: name }],
        ),
      ),
    onCall: () => undefined,
    move: () => {
      for (const computer of service.computers) computer.address = '192.0.2.99';
      return Promise.resolve();
    },
  };
  const ask = async (address: URL, init: RequestInit): Promise<Response> => {
    await provider.onCall('before');
    const answer = service.ask(address, init);
    await provider.onCall('after');
    return answer;
  };
  return {
    driver: makeDriver('driver-shelf', shelf(ask)),
    options: { url, token, sshKeyId: randomUUID() },
    provider,
  };
};

describe('the example of a driver', () => {
  itKeepsTheDriverContract(() => fixtureOf(new Shelf()));

  it('says that the shelf does not answer, so that a removal is tried again', async () => {
    const service = new Shelf();
    const bench = new Bench(fixtureOf(service));
    await bench.create();
    service.isAway = true;
    await expect(bench.remove()).rejects.toMatchObject({ code: 'driver.unreachable' });
  });

  it('refuses another token', async () => {
    const fixture = fixtureOf(new Shelf());
    const bench = new Bench({ ...fixture, options: { ...fixture.options, token: 'another' } });
    await expect(bench.create()).rejects.toMatchObject({
      code: 'driver.failed',
      public: expect.stringContaining('refuses the token') as string,
    });
  });

  it('refuses before anything is lent where every computer is', async () => {
    const service = new Shelf();
    const bench = new Bench(fixtureOf(service));
    const precheck = async () => bench.fixture.driver.precheck?.(bench.context, bench.options);
    await precheck();
    for (const computer of service.computers) computer.borrower = 'somebody/else';
    await expect(precheck()).rejects.toMatchObject({ code: 'driver.failed' });
    expect(await bench.left()).toMatchObject({ ledger: [] });
  });
});
