import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { engineSettings } from './engine-settings';

/** Messages by path of what the schema refuses. */
function problems(change: Record<string, unknown>): Record<string, string> {
  const result = engineSettings.safeParse(change);
  return Object.fromEntries((result.error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]));
}

describe('engineSettings', () => {
  it("fetches nothing from the internet by default: the distribution's package, no other setting", () => {
    expect(engineSettings.parse({})).toEqual({
      source: { kind: 'distribution' },
      labels: [],
      extraSans: [],
      registryMirrors: [],
      insecureRegistries: [],
      logOptions: {},
      environment: {},
      daemon: '',
    });
  });

  it('parses its own output again to the same, as stored settings are', () => {
    const parsed = engineSettings.parse({
      source: { kind: 'mirror', url: 'https://apt.example.org/docker', suite: 'bookworm', components: ['stable'] },
      labels: ['zone=a'],
      daemon: '{"debug": true}',
    });
    expect(engineSettings.parse(parsed)).toEqual(parsed);
  });

  it('can be drawn: a JSON schema in which every property has a title', () => {
    const schema = z.toJSONSchema(engineSettings, { io: 'input' }) as {
      properties: Record<string, { title?: string }>;
    };
    expect(Object.keys(schema.properties)).toEqual([
      'source',
      'version',
      'labels',
      'extraSans',
      'registryMirrors',
      'insecureRegistries',
      'logDriver',
      'logOptions',
      'storageDriver',
      'environment',
      'daemon',
    ]);
    expect(Object.values(schema.properties).filter(({ title }) => !title)).toEqual([]);
  });

  it.each([
    ['version', '28; reboot'],
    ['version', '$(id)'],
    ['labels', ['no-equals-sign']],
    ['labels', ['a=1\nb=2']],
    ['labels', ['a=1', 'a=2']],
    ['extraSans', ['https://edge.example.org']],
    ['extraSans', ['*.example.org']],
    ['registryMirrors', ['ftp://mirror.example.org']],
    ['registryMirrors', ['https://user:secret@mirror.example.org']],
    ['registryMirrors', ['https://mirror.example.org/"x']],
    ['insecureRegistries', ['https://registry.example.org']],
    ['insecureRegistries', ['registry.example.org:99999']],
    ['insecureRegistries', ['10.0.0.0/33']],
    ['insecureRegistries', ['[fd00::zz]:5000']],
    ['logDriver', 'json file'],
    ['logOptions', { 'max size': '10m' }],
    ['logOptions', { 'max-size': '10m\n' }],
    ['storageDriver', 'aufs'],
    ['environment', { '1X': 'y' }],
    ['environment', { X: 'y\nz' }],
    ['environment', { X: 'y\u0000' }],
    ['source', { kind: 'script', url: 'http://get.example.org' }],
    ['source', { kind: 'script', url: 'file:///etc/passwd' }],
    ['source', { kind: 'docker-repository', baseUrl: 'http://mirror.example.org' }],
    ['source', { kind: 'mirror', url: 'https://x.example.org [trusted=yes]', suite: 'stable' }],
    ['source', { kind: 'mirror', url: 'https://x.example.org', suite: 'stable\ndeb https://evil.example.org ./' }],
    ['source', { kind: 'mirror', url: 'https://x.example.org', suite: 'bookworm' }],
    ['source', { kind: 'mirror', url: 'https://x.example.org', suite: './', components: ['main'] }],
    ['source', { kind: 'mirror', url: 'https://x.example.org', suite: './', packages: ['-oDebug=1'] }],
    ['source', { kind: 'present', url: 'https://x.example.org' }],
    ['source', { kind: 'pigeon' }],
  ])('refuses %s: %j at that field', (name, value) => {
    const found = Object.keys(problems({ [name]: value }));
    expect(found.length).toBeGreaterThan(0);
    for (const path of found) expect(path.split('.')[0]).toBe(name);
  });

  it.each([
    ['labels', ['com.example/zone=a b c', 'empty=']],
    ['registryMirrors', ['https://mirror.example.org:5000/v2/', 'http://10.0.0.5']],
    ['insecureRegistries', ['registry', 'registry.example.org:5000', '10.0.0.0/8', '[fd00::1]:5000', 'fd00::/8']],
    ['version', '5:28.0.1-1~debian.12~bookworm'],
    ['environment', { HTTPS_PROXY: 'http://user:p%40ss@proxy:3128', NO_PROXY: 'localhost,$HOME,`x`' }],
    ['source', { kind: 'script', url: 'http://get.example.org', sha256: 'a'.repeat(64) }],
    ['source', { kind: 'mirror', url: 'file:/srv/debs', suite: './', unsigned: true, packages: ['docker.io'] }],
  ])('takes %s: %j', (name, value) => {
    expect(problems({ [name]: value })).toEqual({});
  });

  it.each([
    ['{"hosts": ["tcp://0.0.0.0:2375"]}', /"hosts" cannot be set here/],
    ['{"tlsverify": false}', /"tlsverify" cannot be set here/],
    ['{"tlscacert": "/x"}', /"tlscacert" cannot be set here/],
    ['{"labels": []}', /has a field of its own: Labels/],
    ['[]', /Must be a JSON object/],
    ['{"debug": true,}', /Not JSON: line 1, column 16/],
    ['{"__proto__": {}}', /is no option of the engine/],
  ])('refuses the further keys %s with a sentence', (daemon, message) => {
    expect(problems({ daemon })['daemon']).toMatch(message);
  });

  it('lets live-restore be turned off, which a host that is to join a swarm needs', () => {
    expect(problems({ daemon: '{"live-restore": false}' })).toEqual({});
  });

  it('never takes a value that could begin a new line in a file of the host', () => {
    const nasty = fc.string({
      unit: fc.constantFrom('a', '=', '\n', '\r', '\u0000', '\u2028', '\u0085', '"', '$', ' '),
    });
    fc.assert(
      fc.property(nasty, nasty, (key, value) => {
        const result = engineSettings.safeParse({
          labels: [`${key}=${value}`],
          environment: { [key]: value },
          logOptions: { [key]: value },
        });
        const accepted = result.success ? JSON.stringify(result.data) : '';
        expect(accepted).not.toMatch(/\\n|\\r|\\u0|\u2028|\u0085/);
      }),
      { numRuns: 500 },
    );
  });
});
