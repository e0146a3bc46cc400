import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { labAvailable, type LabHost, labPassword, prepareLab, type Release, startHost } from '../../../e2e/lab/lab';
import { trustAnyKey } from '../../../test/support/sshd';
import { connectSsh, type SshTarget } from './connect';
import type { SshConnection } from './connection';
import { sh } from './shell';

const lab = await labAvailable();
if (!lab.ok) process.stderr.write(`Left out sudo on real hosts: ${lab.reason}\n`);

const never = new AbortController().signal;

let host: LabHost;
let open: SshConnection[] = [];

const sudoers = (...lines: string[]) =>
  host.run('printf "%s\\n" "$@" > /etc/sudoers.d/test; chmod 440 /etc/sudoers.d/test; visudo -c -q', { args: lines });

async function connect(user: string, more: Partial<SshTarget> = {}) {
  const target = { host: host.address, port: host.sshPort, user, privateKey: host.privateKey, ...more };
  const connection = await connectSsh(target, { signal: never, hostKey: trustAnyKey });
  open.push(connection);
  return connection;
}

const whoami = { name: 'see who it is', script: sh`id -un; cat`, sudo: true, stdin: 'input\n' };

function useHost(release: Release): void {
  beforeAll(async () => {
    await prepareLab([release]);
    host = await startHost({ release });
  }, 20 * 60_000);
  afterAll(() => host.stop());
  afterEach(async () => {
    await Promise.all(open.map((connection) => connection.close()));
    open = [];
    await host.run('rm -f /etc/sudoers.d/test');
  });
}

// Their versions of sudo differ: in what they say, and in whether they run commands in a terminal of their own.
describe.runIf(lab.ok).each<Release>(['bullseye', 'bookworm', 'trixie'])('root rights on a real %s', (release) => {
  useHost(release);

  it.each([
    ['admin', {}],
    ['admin', { sudoPassword: 'of no use here' }],
    ['operator', { sudoPassword: labPassword }],
    ['root', {}],
    ['root', { sudoPassword: 'of no use here' }],
  ])('are given to %s with %o, and its input is left whole', async (user, more) => {
    const connection = await connect(user, more);
    const [first, second] = await Promise.all([connection.run(whoami, never), connection.run(whoami, never)]);
    expect(first).toEqual({ exitCode: 0, stdout: 'root\ninput\n', stderr: '' });
    expect(second).toEqual(first);
  });

  it.each([
    ['as the host comes', []],
    ['when sudo runs everything in a terminal of its own', ['Defaults use_pty']],
    ['when sudo lectures and speaks its mind', ['Defaults lecture=always', 'Defaults insults']],
  ])('write and read any bytes, with and without a password, %s', async (_how, lines) => {
    await sudoers(...lines);
    const content = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 256));
    for (const [user, more] of [
      ['admin', {}],
      ['operator', { sudoPassword: labPassword }],
    ] as const) {
      const connection = await connect(user, more);
      const path = `/etc/quaymaster/${user}/file`;
      await connection.upload({ path, content, mode: 0o600 }, never);
      expect((await connection.read(path, never))?.equals(content)).toBe(true);
      expect(await connection.read('/root/absent', never)).toBeNull();
      expect(await host.run(`stat -c '%U:%G %a' ${path}; ls -A ${path.replace(/\/file$/, '')}`)).toBe(
        'root:root 600\nfile\n',
      );
    }
  });

  it.each([
    ['admin', {}],
    ['operator', { sudoPassword: labPassword }],
  ])('reach far enough to stop what runs as root for %s, with its children', async (user, more) => {
    await sudoers('Defaults use_pty');
    const connection = await connect(user, more);
    const abort = new AbortController();
    const tidied = `/run/tidied-${user}`;
    const script = sh`trap ${`touch ${tidied}; exit 1`} TERM; sleep 4711 & echo ready; sleep 4712 & wait`;
    await expect(
      connection.run(
        { name: 'sleep', script, sudo: true, onLine: () => abort.abort(new Error('cancelled')) },
        abort.signal,
      ),
    ).rejects.toThrow('cancelled');
    await expect.poll(async () => (await host.exec('pgrep -fx "sleep 471[12]"')).stdout, { timeout: 10_000 }).toBe('');
    // It was asked first, and had the time to tidy up.
    expect((await host.exec(`test -e ${tidied}`)).code).toBe(0);
  });
});

describe.runIf(lab.ok)('root rights', () => {
  useHost('bookworm');

  it('are not used where they are not asked for', async () => {
    const connection = await connect('operator', { sudoPassword: labPassword });
    const { stdout } = await connection.run({ name: 'see who it is', script: sh`id -un; id -u` }, never);
    expect(stdout).toMatch(/^operator\n[1-9]/);
  });

  it.each([
    ['operator', {}, /sudo asks operator for a password/],
    ['operator', { sudoPassword: 'wrong' }, /the sudo password of operator is not right/],
    ['operator', { sudoPassword: '' }, /the sudo password of operator is not right/],
    ['plain', {}, /asks plain for a password/],
    ['plain', { sudoPassword: labPassword }, /plain is not allowed to use sudo/],
  ])('are refused to %s with %o', async (user, more, sentence) => {
    const connection = await connect(user, more);
    await expect(connection.run({ ...whoami, expect: 'any' }, never)).rejects.toMatchObject({
      code: 'provision.sudo-refused',
      public: expect.stringMatching(sentence) as string,
    });
    // The connection is still good for what needs no rights.
    expect((await connection.run({ name: 'echo', script: sh`echo ok` }, never)).stdout).toBe('ok\n');
  });

  it('are refused with the reason when sudo wants a terminal', async () => {
    await sudoers('Defaults requiretty');
    for (const more of [{}, { sudoPassword: labPassword }]) {
      const connection = await connect('operator', more);
      await expect(connection.run(whoami, never)).rejects.toMatchObject({
        public: expect.stringMatching(/requiretty/) as string,
      });
    }
  });

  it('are refused with the reason when there is no sudo', async () => {
    await host.run('mv /usr/bin/sudo /usr/bin/sudo.away');
    try {
      for (const more of [{}, { sudoPassword: labPassword }]) {
        const connection = await connect('operator', more);
        await expect(connection.run(whoami, never)).rejects.toMatchObject({
          public: expect.stringMatching(/sudo is not installed/) as string,
        });
      }
    } finally {
      await host.run('mv /usr/bin/sudo.away /usr/bin/sudo');
    }
  });

  it('keep the password off every command line and out of what is returned', async () => {
    const connection = await connect('operator', { sudoPassword: labPassword });
    const { stdout } = await connection.run(
      {
        name: 'look around',
        script: sh`cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'`,
        sudo: true,
      },
      never,
    );
    expect(stdout).toContain('sudo');
    expect(stdout).not.toContain(labPassword);
  });

  it('tell a boot that still goes on from a key that is refused', async () => {
    await host.run('echo "System is booting up. Please come back later." > /run/nologin');
    try {
      await expect(connect('admin')).rejects.toMatchObject({
        code: 'ssh.connection-lost',
        public: expect.stringMatching(/System is booting up/) as string,
      });
    } finally {
      await host.run('rm -f /run/nologin');
    }
  });

  it('end with ssh.connection-lost when the power goes', async () => {
    const connection = await connect('admin');
    const running = connection.run({ name: 'sleep', script: sh`sleep 61`, sudo: true }, never);
    await Promise.all([
      expect(running).rejects.toMatchObject({ code: 'ssh.connection-lost' }),
      host.powerOff({ hard: true }),
    ]);
    await host.powerOn();
  });
});
