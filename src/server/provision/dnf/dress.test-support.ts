import { readFile } from 'node:fs/promises';

import type { LabHost } from '../../../../e2e/lab/lab';

/** Makes a bookworm host without an engine look like Amazon Linux 2023 to whoever signs in as ec2-user. Takes about a minute. */
export async function dressAsAmazonLinux(host: LabHost): Promise<void> {
  await host.addUser({ name: 'ec2-user', sudo: 'nopasswd' });
  await host.run(await readFile(new URL('dress-as-amazon-linux.sh', import.meta.url), 'utf8'), {
    timeoutMs: 5 * 60_000,
  });
}
