import { execFileSync } from 'node:child_process';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type ClientShell, clientShells } from './client-shell';
import { contextNameFor, dockerClientLines, type EngineClient, engineUrl } from './docker-client-lines';

const edge: EngineClient = { name: 'edge-1', address: '192.0.2.7', port: 2376, folder: '~/.docker/edge-1' };
const lines = (overrides: Partial<EngineClient>, shell: ClientShell) =>
  dockerClientLines({ ...edge, ...overrides }, shell);

describe('the usual lines', () => {
  test('bash', () => {
    expect(lines({}, 'bash')).toEqual({
      createContext:
        'docker context create edge-1 --docker "host=tcp://192.0.2.7:2376,ca=$HOME/.docker/edge-1/ca.pem,cert=$HOME/.docker/edge-1/cert.pem,key=$HOME/.docker/edge-1/key.pem"',
      useContext: 'docker context use edge-1',
      leaveContext: 'docker context use default',
      removeContext: 'docker context rm edge-1',
      setEnvironment: [
        'export DOCKER_TLS_VERIFY="1"',
        'export DOCKER_HOST="tcp://192.0.2.7:2376"',
        'export DOCKER_CERT_PATH="$HOME/.docker/edge-1"',
      ],
      unsetEnvironment: ['unset DOCKER_TLS_VERIFY', 'unset DOCKER_HOST', 'unset DOCKER_CERT_PATH'],
    });
  });

  test('fish', () => {
    expect(lines({}, 'fish')).toMatchObject({
      setEnvironment: [
        'set -gx DOCKER_TLS_VERIFY "1";',
        'set -gx DOCKER_HOST "tcp://192.0.2.7:2376";',
        'set -gx DOCKER_CERT_PATH "$HOME/.docker/edge-1";',
      ],
      unsetEnvironment: ['set -e DOCKER_TLS_VERIFY;', 'set -e DOCKER_HOST;', 'set -e DOCKER_CERT_PATH;'],
    });
  });

  test('PowerShell', () => {
    expect(lines({}, 'powershell')).toMatchObject({
      createContext: expect.stringContaining(
        '--docker "host=tcp://192.0.2.7:2376,ca=$HOME/.docker/edge-1/ca.pem,',
      ) as string,
      setEnvironment: [
        '$Env:DOCKER_TLS_VERIFY = "1"',
        '$Env:DOCKER_HOST = "tcp://192.0.2.7:2376"',
        '$Env:DOCKER_CERT_PATH = "$HOME/.docker/edge-1"',
      ],
      unsetEnvironment: [
        'Remove-Item Env:\\DOCKER_TLS_VERIFY',
        'Remove-Item Env:\\DOCKER_HOST',
        'Remove-Item Env:\\DOCKER_CERT_PATH',
      ],
    });
  });

  test('cmd', () => {
    expect(lines({}, 'cmd')).toMatchObject({
      createContext:
        'docker context create edge-1 --docker "host=tcp://192.0.2.7:2376,ca=%USERPROFILE%\\.docker\\edge-1\\ca.pem,cert=%USERPROFILE%\\.docker\\edge-1\\cert.pem,key=%USERPROFILE%\\.docker\\edge-1\\key.pem"',
      setEnvironment: [
        'SET "DOCKER_TLS_VERIFY=1"',
        'SET "DOCKER_HOST=tcp://192.0.2.7:2376"',
        'SET "DOCKER_CERT_PATH=%USERPROFILE%\\.docker\\edge-1"',
      ],
      unsetEnvironment: ['SET DOCKER_TLS_VERIFY=', 'SET DOCKER_HOST=', 'SET DOCKER_CERT_PATH='],
    });
  });
});

describe('awkward folders', () => {
  const certPath = (folder: string, shell: ClientShell) => lines({ folder }, shell).setEnvironment[2];

  test.each<[string, Record<ClientShell, string>]>([
    [
      '/srv/my certs',
      {
        bash: 'export DOCKER_CERT_PATH="/srv/my certs"',
        fish: 'set -gx DOCKER_CERT_PATH "/srv/my certs";',
        powershell: '$Env:DOCKER_CERT_PATH = "/srv/my certs"',
        cmd: 'SET "DOCKER_CERT_PATH=/srv/my certs"',
      },
    ],
    [
      `/srv/Ada's $HOME`,
      {
        bash: `export DOCKER_CERT_PATH='/srv/Ada'\\''s $HOME'`,
        fish: `set -gx DOCKER_CERT_PATH '/srv/Ada\\'s $HOME';`,
        powershell: '$Env:DOCKER_CERT_PATH = "/srv/Ada\'s `$HOME"',
        cmd: `SET "DOCKER_CERT_PATH=/srv/Ada's $HOME"`,
      },
    ],
    [
      '~/a`b"c',
      {
        bash: `export DOCKER_CERT_PATH="$HOME"'/a\`b"c'`,
        fish: `set -gx DOCKER_CERT_PATH "$HOME"'/a\`b"c';`,
        powershell: '$Env:DOCKER_CERT_PATH = "$HOME/a``b`"c"',
        cmd: 'SET DOCKER_CERT_PATH=%USERPROFILE%\\a`b^"c',
      },
    ],
    [
      'C:\\R&D\\100%\\',
      {
        bash: `export DOCKER_CERT_PATH='C:\\R&D\\100%'`,
        fish: `set -gx DOCKER_CERT_PATH 'C:\\\\R&D\\\\100%';`,
        powershell: '$Env:DOCKER_CERT_PATH = "C:\\R&D\\100%"',
        cmd: 'SET DOCKER_CERT_PATH=C:\\R^&D\\100^%',
      },
    ],
    [
      '/srv/“x”!',
      {
        bash: `export DOCKER_CERT_PATH='/srv/“x”!'`,
        fish: `set -gx DOCKER_CERT_PATH '/srv/“x”!';`,
        powershell: '$Env:DOCKER_CERT_PATH = "/srv/`“x`”!"',
        cmd: 'SET "DOCKER_CERT_PATH=/srv/“x”!"',
      },
    ],
    [
      '~',
      {
        bash: 'export DOCKER_CERT_PATH="$HOME"',
        fish: 'set -gx DOCKER_CERT_PATH "$HOME";',
        powershell: '$Env:DOCKER_CERT_PATH = "$HOME"',
        cmd: 'SET "DOCKER_CERT_PATH=%USERPROFILE%"',
      },
    ],
    [
      '~ada/certs/',
      {
        bash: 'export DOCKER_CERT_PATH="~ada/certs"',
        fish: 'set -gx DOCKER_CERT_PATH "~ada/certs";',
        powershell: '$Env:DOCKER_CERT_PATH = "~ada/certs"',
        cmd: 'SET "DOCKER_CERT_PATH=~ada/certs"',
      },
    ],
  ])('%s', (folder, expected) => {
    const made = Object.fromEntries(clientShells.map((shell) => [shell, certPath(folder, shell)]));
    expect(made).toEqual(expected);
  });

  test.each([
    ['C:\\certs', 'powershell', 'key=C:\\certs\\key.pem"'],
    ['C:\\', 'powershell', 'key=C:\\key.pem"'],
    ['/', 'bash', 'key=/key.pem"'],
    ['', 'bash', 'key=./key.pem"'],
    ['~', 'cmd', 'key=%USERPROFILE%\\key.pem"'],
    ['certs/edge', 'cmd', 'key=certs/edge/key.pem"'],
  ] as const)('the key in %s for %s', (folder, shell, ending) => {
    expect(lines({ folder }, shell).createContext.endsWith(ending)).toBe(true);
  });

  test('cmd gets a percent sign, a quote and a backslash before them outside its own quotes', () => {
    const { createContext } = lines({ folder: 'C:\\%TEMP%\\a"b' }, 'cmd');
    // As CSV the pair is "ca=C:\%TEMP%\a""b\ca.pem", which begins and ends with a quote of its own.
    expect(createContext).toContain('\\^""ca=C:\\\\"^%"TEMP"^%"\\a"\\^"""\\^""b\\ca.pem"\\^""');
  });

  test.each(clientShells)('%s gets no line break and no other control character', (shell) => {
    expect(() => lines({ folder: '/srv\nrm -rf ~' }, shell)).toThrow(RangeError);
    expect(() => lines({ address: 'host\r\nwhoami' }, shell)).toThrow(RangeError);
  });
});

describe('engineUrl', () => {
  test.each([
    ['edge-1.example.org', 2376, 'tcp://edge-1.example.org:2376'],
    ['192.0.2.7', 1, 'tcp://192.0.2.7:1'],
    ['2001:db8::7', 65_535, 'tcp://[2001:db8::7]:65535'],
    ['fe80::1%eth0', 2376, 'tcp://[fe80::1%25eth0]:2376'],
  ])('%s and %i', (address, port, url) => {
    expect(engineUrl(address, port)).toBe(url);
  });

  test.each([0, 65_536, 1.5, Number.NaN])('refuses port %d', (port) => {
    expect(() => engineUrl('host', port)).toThrow(RangeError);
  });
});

describe('contextNameFor', () => {
  test.each([
    ['edge-1', 'edge-1'],
    ['a', 'a-host'],
    ['default', 'default-host'],
    ['--help', 'help'],
    ['Ada’s edge; rm -rf /', 'Ada-s-edge-rm--rf-'],
    ['港', 'engine-host'],
    ['', 'engine-host'],
  ])('turns %j into %j', (machineName, name) => {
    expect(contextNameFor(machineName)).toBe(name);
  });

  test('always makes a name that docker takes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (machineName) => {
        const name = contextNameFor(machineName);
        expect(name).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/);
        expect(name).not.toBe('default');
      }),
    );
  });
});

// What the tables say is checked against the real shell: whatever the folder is called, docker must get it unchanged.
describe.each(['bash', 'fish'] as const)('in a real %s', (shell) => {
  const isHere = hasProgram(shell);
  const homeFolder = `/home/o'neil "$x" \\ü`;
  // fish takes bytes beyond ASCII for UTF-8 only when the locale says so.
  const env = { ...process.env, HOME: homeFolder, LC_ALL: 'C.UTF-8' };
  const run = (script: string) => execFileSync(shell, ['-c', script], { encoding: 'utf8', env });

  const awkwardFolder = fc
    .string({
      unit: fc.constantFrom(...Array.from(`ab/ '"\\$\`!;&|<>(){}[]*?~#=%^,-ü“‘`)),
      minLength: 1,
      maxLength: 12,
    })
    .map((text) => `/x${text}`)
    .filter((folder) => !/[/\\]$/.test(folder));

  test.skipIf(!isHere)('the environment is exactly the folder, whatever it is called', () => {
    const folders = fc.sample(awkwardFolder, { numRuns: 200, seed: 7 });
    const script = folders.map(
      (folder) => `${lines({ folder }, shell).setEnvironment[2]}\nprintf '%s\\n' "$DOCKER_CERT_PATH"`,
    );
    expect(run(script.join('\n')).split('\n').slice(0, -1)).toEqual(folders);
  });

  test.skipIf(!isHere)('the home folder is filled in, and unset lines take everything away', () => {
    const { setEnvironment, unsetEnvironment } = lines({ folder: "~/it's here" }, shell);
    const shown = run([...setEnvironment, 'env', 'echo ---', ...unsetEnvironment, 'env'].join('\n'));
    const [before = '', after = ''] = shown.split('---');
    expect(before.split('\n')).toEqual(
      expect.arrayContaining([
        'DOCKER_TLS_VERIFY=1',
        'DOCKER_HOST=tcp://192.0.2.7:2376',
        `DOCKER_CERT_PATH=${homeFolder}/it's here`,
      ]),
    );
    expect(after).not.toContain('DOCKER_');
  });
});

function hasProgram(name: string): boolean {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
