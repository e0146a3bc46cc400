import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { credentialOf, fixtureOf, refusal } from './bench.test-support';
import { connectAws } from './connect';
import { credential } from './credential';
import { Ec2Double } from './double/double.test-support';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Asks an endpoint that accepts each call and does this with it. */
async function ask(treat: (response: ServerResponse) => void) {
  let calls = 0;
  server = createServer((_request, response) => {
    calls += 1;
    treat(response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { context } = new Bench(fixtureOf(new Ec2Double()));
  const values = credential.parse(credentialOf(`http://127.0.0.1:${port}`));
  const { ec2, close } = await connectAws(undefined, { timeoutMs: 200 })(context, values, 'eu-central-1');
  const refused = await refusal(ec2('DescribeKeyPairs', {}));
  close();
  return { ...refused, calls };
}

describe('an endpoint that accepts a call and stays silent', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['from the beginning', () => undefined],
    ['in the middle of its answer', (response) => response.writeHead(200, { 'content-length': '100' }).write('<')],
  ])('is given up on at the deadline, and is asked again: %s', async (_when, treat) => {
    expect(await ask(treat)).toMatchObject({
      code: 'driver.unreachable',
      says: expect.stringMatching(/does not answer/) as string,
      calls: 7,
    });
  });
});
