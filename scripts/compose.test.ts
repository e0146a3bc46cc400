import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readEnv } from '@/env';

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

/** A block of a YAML file: the lines under a key, as far as they are further in. */
const block = (text: string, key: string): string => {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  if (start === -1) throw new Error(`there is no ${key}`);
  const depth = (line: string) => line.length - line.trimStart().length;
  const [first = '', ...rest] = lines.slice(start);
  const end = rest.findIndex((line) => line.trim() !== '' && depth(line) <= depth(first));
  return [first, ...rest.slice(0, end === -1 ? rest.length : end)].join('\n');
};

describe('compose.yaml', () => {
  const compose = read('compose.yaml');
  const common = block(compose, 'x-console');
  const services = block(compose, 'services');
  /** What the containers get where .env has only what it must. */
  const settings = Object.fromEntries(
    [...block(common, 'environment').matchAll(/^ +([A-Z_]+): (.+)$/gm)].map(([, name = '', value = '']) => [
      name,
      value
        .replaceAll('${QUAYMASTER_MASTER_KEY:?set it in .env}', 'ab'.repeat(32))
        .replaceAll(/\$\{\w+:\?[^}]*\}/g, 'secret')
        .replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  );

  it.each(['web', 'worker'])('gives the %s one data folder with the other', (role) => {
    const service = block(services, role);
    expect(service).toContain('<<: *console');
    expect(service).not.toContain('volumes');
    const [, volume, path] = /volumes: \['(\w+):([^']+)'\]/.exec(common) ?? [];
    expect(block(compose.slice(compose.indexOf('\nvolumes:')), 'volumes')).toContain(`\n  ${volume}:`);
    expect(read('Dockerfile')).toContain(`QUAYMASTER_DATA_DIR=${path} `);
  });

  it.each(['web', 'worker'])('starts the %s with the settings that may be left out left out', (role) => {
    const env = readEnv({ ...settings, QUAYMASTER_ROLE: role });
    expect(env).toMatchObject({ role, drivers: [], ownSources: [], cloudIdentityTeams: [], metricsToken: undefined });
  });

  it.each(['QUAYMASTER_DRIVERS', 'QUAYMASTER_OWN_SOURCES', 'QUAYMASTER_CLOUD_IDENTITY_TEAMS'])(
    'passes %s on to both',
    (name) => {
      expect(block(common, 'environment')).toContain(`${name}: \${${name}:-}`);
    },
  );
});
