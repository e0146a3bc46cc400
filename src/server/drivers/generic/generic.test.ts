import { describe, expect, it } from 'vitest';

import { systemClock } from '@/server/clock/clock';
import { AppError } from '@/server/errors/app-error';
import type { Command, CommandRunner } from '@/server/ssh/command-runner';

import { generic } from '.';
import { itKeepsTheDriverContract } from '../contract';
import { noWorld } from '../contract-bench.test-support';
import { MemoryLedger } from '../memory-ledger.test-support';

const input = {
  address: 'host.example.test',
  sshKeyId: '01900000-0000-7000-8000-000000000000',
  sudoPassword: 'correct horse',
};

const answers = (_endpoint: unknown, { signal }: { signal: AbortSignal }) => {
  signal.throwIfAborted();
  return Promise.resolve();
};

const runnerThat = (run: (command: Command) => Promise<unknown>): (() => Promise<CommandRunner>) => {
  const runner = {
    run: async (command: Command) => {
      await run(command);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
  };
  return () => Promise.resolve(runner as unknown as CommandRunner);
};

const contextWith = (host: () => Promise<CommandRunner>) => ({
  team: { id: 'team-1', slug: 'harbour' },
  machine: { id: 'machine-1', name: 'edge-1' },
  dataDir: '/nonexistent',
  log: { info: () => undefined, line: () => undefined },
  signal: new AbortController().signal,
  clock: systemClock,
  ledger: new MemoryLedger(),
  ...noWorld,
  checkpoint: () => Promise.resolve(),
  host,
});

describe('generic driver', () => {
  itKeepsTheDriverContract(() => ({
    driver: generic((endpoint, limits) => Promise.resolve().then(() => answers(endpoint, limits))),
    options: input,
    host: runnerThat(() => Promise.resolve()),
  }));

  it('fills in what docker-machine would: port 22, user root, engine port 2376', () => {
    const driver = generic();
    const options = driver.options.parse(input);
    expect(driver.target(options, {})).toEqual({
      address: 'host.example.test',
      enginePort: 2376,
      ssh: {
        host: 'host.example.test',
        port: 22,
        user: 'root',
        keyId: input.sshKeyId,
        sudoPassword: 'correct horse',
      },
    });
  });

  it('says why a host that nobody answers for is unreachable', async () => {
    const driver = generic(() => Promise.reject(new AppError({ code: 'ssh.port-closed', public: 'Refused.' })));
    const ctx = contextWith(runnerThat(() => Promise.resolve()));
    expect(await driver.observe(ctx, driver.options.parse(input), {})).toMatchObject({
      state: 'unreachable',
      reason: 'Refused.',
    });
  });

  it('restarts the operating system as root, and takes a lost connection as its beginning', async () => {
    const commands: Command[] = [];
    const driver = generic();
    const options = driver.options.parse(input);
    const losing = runnerThat((command) => {
      commands.push(command);
      return Promise.reject(new AppError({ code: 'ssh.connection-lost', public: 'Gone.' }));
    });
    await driver.restart?.(contextWith(losing), options, {});
    expect(commands).toMatchObject([{ script: { shell: 'shutdown -r now' }, sudo: true }]);
    const refusing = runnerThat(() => Promise.reject(new AppError({ code: 'provision.sudo-refused', public: 'No.' })));
    await expect(driver.restart?.(contextWith(refusing), options, {})).rejects.toMatchObject({
      code: 'provision.sudo-refused',
    });
  });

  it.each([
    ['a scheme', { address: 'ssh://host' }, 'address'],
    ['a user', { address: 'root@host' }, 'address'],
    ['a port', { address: 'host:22' }, 'address'],
    ['brackets', { address: '[::1]' }, 'address'],
    ['a zone', { address: 'fe80::1%eth0' }, 'address'],
    ['an underscore', { address: 'my_host' }, 'address'],
    ['a mistyped IPv4 address', { address: '10.0.0.256' }, 'address'],
    ['the address of nobody', { address: '0.0.0.0' }, 'address'],
    ['an option of ssh', { address: '-oProxyCommand=x' }, 'address'],
    ['a command', { address: 'host;reboot' }, 'address'],
    ['a line break', { address: 'host\nreboot' }, 'address'],
    ['an option as user', { sshUser: '-l' }, 'sshUser'],
    ['a command as user', { sshUser: 'root;id' }, 'sshUser'],
    ['a port of 0', { sshPort: 0 }, 'sshPort'],
    ['a port above 65535', { enginePort: 65_536 }, 'enginePort'],
    ['one port for SSH and the engine', { sshPort: 2376 }, 'enginePort'],
    ['a password of two lines', { sudoPassword: 'a\nb' }, 'sudoPassword'],
    ['no key', { sshKeyId: undefined }, 'sshKeyId'],
  ])('refuses %s at its field', (_what, change, field) => {
    const result = generic().options.safeParse({ ...input, ...change });
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toContain(field);
  });

  it.each([
    ['HOST.example.test', 'host.example.test'],
    ['192.0.2.7'],
    ['2001:db8::1'],
    ['localhost'],
    ['xn--bcher-kva.example'],
  ])('takes the address %s', (address, stored = address) => {
    expect(generic().options.parse({ ...input, address })).toMatchObject({ address: stored });
  });
});
