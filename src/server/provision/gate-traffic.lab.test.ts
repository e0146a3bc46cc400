import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { admit, knock, openssl } from './gate.test-support';
import { pushAdmission } from './gate/push-admission';
import { type Member, type ProvisionLab, startProvisionLab } from './lab.test-support';

/**
 * Each is run twice, over the unix socket and through the gate, and says the same. `d` is the docker command, `image` and
 * `web` (a running container) are there. A proxy that gets half-closed streams wrong ends well and prints nothing.
 */
const traffic: Readonly<Record<string, string>> = {
  'ps, and run': `d ps -a --format '{{.Names}} {{.Image}}'; d run --rm $image echo hello`,
  'run -i, standard input to its end': `printf 'line %s\\n' 1 2 3 | d run --rm -i $image cat`,
  'run -i, an answer long after the end of its input': `echo x | d run --rm -i $image sh -c 'cat > /dev/null; sleep 3; echo late'`,
  '50 MB in': `head -c 50000000 /dev/zero | d run --rm -i $image sh -c 'wc -c; echo whole'`,
  '50 MB out': `d run --rm $image sh -c 'head -c 50000000 /dev/zero; echo end' | sha256sum`,
  'run -it': `printf 'tty; echo $((40 + 2)); exit\\n' | script -qec "$command run --rm -it $image sh" /dev/null | tr -d '\\r' | grep -E '^(/dev/pts/0|42)'`,
  exec: `d exec web echo inside; echo abc | d exec -i web sh -c 'cat; echo to the end'`,
  'exec -it': `script -qec "$command exec -it web tty" /dev/null < /dev/null | grep -ao '/dev/pts/[0-9]*'`,
  attach: `id=$(d run -d -i $image sh -c 'read line; sleep 1; echo "got $line"'); echo word | d attach $id; d wait $id; d rm $id > /dev/null`,
  'logs -f': `id=$(d run -d $image sh -c 'for n in 1 2 3 4 5; do echo line $n; sleep 0.3; done'); d logs -f $id; d rm $id > /dev/null`,
  events: `since=$(date +%s); (sleep 1; d kill -s USR1 web > /dev/null) & timeout 4 $command events --since $since --filter container=web --filter event=kill --format '{{.Action}} {{.Actor.Attributes.signal}}'; wait`,
  stats: `d stats --no-stream --format '{{.Name}}' web`,
  'cp there and back': `head -c 3000000 /dev/urandom > /tmp/there; d cp /tmp/there web:/tmp/there > /dev/null; d cp web:/tmp/there - | tar -xO | cmp - /tmp/there && echo same`,
  build: `mkdir -p /tmp/context; head -c 4000000 /dev/zero > /tmp/context/blob; printf 'FROM %s\\nCOPY blob /blob\\nRUN wc -c /blob\\n' $image > /tmp/context/Dockerfile; d build --no-cache /tmp/context | grep -E '^(4000000|Step|Successfully built)' | sed 's/built .*/built/'`,
  'save and load': `d save $image | d load`,
  'wait, answered later': `id=$(d run -d $image sh -c 'sleep 2; exit 7'); d wait $id; d rm $id > /dev/null`,
};

describe('through the gate (bookworm)', () => {
  let lab: ProvisionLab;
  let alice: Member;
  let folder: string;

  const files = () => [
    '-cert',
    join(folder, 'cert.pem'),
    '-key',
    join(folder, 'key.pem'),
    '-CAfile',
    join(folder, 'ca.pem'),
  ];
  const place = () => ['-connect', `${lab.host.address}:2376`];

  beforeAll(async () => {
    lab = await startProvisionLab({ release: 'bookworm', engine: 'present' });
    alice = await lab.team.member('alice');
    folder = await mkdtemp(join(tmpdir(), 'quaymaster-gate-'));
    const pems = { 'ca.pem': lab.team.engineCaPem, 'cert.pem': alice.cert, 'key.pem': alice.key };
    for (const [name, pem] of Object.entries(pems)) {
      await writeFile(join(folder, name), pem);
      await lab.host.run('mkdir -p /root/alice; cat > "/root/alice/$1"', { args: [name], stdin: pem });
    }
    await lab.runContainer('web');
    await lab.create({ enforcement: 'gate', admission: admit(lab, 1, { members: [alice] }) });
  });
  afterAll(async () => {
    await lab?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const through = async (way: string, script: string) => {
    const { code, stdout } = await lab.host.exec(
      `export DOCKER_BUILDKIT=0; image=busybox:lab; command="docker ${way}"; d() { docker ${way} "$@"; }; ${script}`,
      { timeoutMs: 60_000 },
    );
    return { code, stdout };
  };

  it.each(Object.entries(traffic))('%s: the same as without it', async (_, script) => {
    const direct = await through('-H unix:///var/run/docker.sock', script);
    expect(direct.stdout).not.toBe('');
    const cert =
      '--tlsverify --tlscacert /root/alice/ca.pem --tlscert /root/alice/cert.pem --tlskey /root/alice/key.pem';
    expect(await through(`${cert} -H tcp://localhost:2376`, script)).toEqual(direct);
  });

  it('speaks no TLS before 1.2', async () => {
    expect(await openssl([...place(), ...files(), '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'])).toMatch(
      /alert|no protocols|Cipher is \(NONE\)/,
    );
    expect(await openssl([...place(), ...files(), '-tls1_2'])).toContain('HTTP/1.0 200 OK');
    expect(await openssl([...place(), ...files(), '-tls1_3'])).toContain('HTTP/1.0 200 OK');
  });

  it.each(['-tls1_2', '-tls1_3'])(
    'does not let a removed certificate resume a session from before (%s)',
    async (version) => {
      const session = join(folder, `session${version}`);
      await pushAdmission(lab.ctx, { ...admit(lab, 1, { members: [alice] }), version: version === '-tls1_2' ? 2 : 4 });
      expect(await openssl([...place(), ...files(), version, '-sess_out', session])).toContain('HTTP/1.0 200 OK');
      await pushAdmission(lab.ctx, { ...admit(lab, 1), version: version === '-tls1_2' ? 3 : 5 });
      const resumed = await openssl([...place(), ...files(), version, '-sess_in', session]);
      expect(resumed).not.toContain('HTTP/1.0 200 OK');
      expect(resumed).not.toMatch(/^Reused/m);
      expect(await knock(lab, lab.console)).toBe('200');
    },
  );

  it('is told in the journal who came, and who was refused', async () => {
    await pushAdmission(lab.ctx, { ...admit(lab, 6, { members: [alice] }) });
    expect(await knock(lab, alice)).toBe('200');
    expect(await knock(lab, { ...alice, ...(await lab.team.another(alice)) })).toMatch(/^refused/);
    const journal = await lab.host.run('journalctl -u quaymaster-gate -o cat -n 500');
    expect(journal).toMatch(/^admitted .*:\d+ "alice@example\.org.*" [0-9A-F]{64} --$/m);
    expect(journal).toMatch(/^refused .*:\d+ "another@example\.org.*" [0-9A-F]{64} PR$/m);
  });
});
