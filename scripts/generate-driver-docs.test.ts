import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { imageFits } from '@/lib/image';
import { describeOptions } from '@/server/drivers/describe-options';
import { allDrivers } from '@/server/drivers/registry';
import { imageCatalogue } from '@/server/images/catalogue';

import { driverDocsFolder, driverPages } from './generate-driver-docs';
import { parityFile, parityPage, unansweredOf, unansweredOfCreate, unknownFlags } from './parity';

describe('docs/drivers', () => {
  it('is what the registry says (else: npm run docs:drivers)', () => {
    const written = new Map(
      readdirSync(driverDocsFolder).map((name) => [name, readFileSync(driverDocsFolder + name, 'utf8')]),
    );
    expect(written).toEqual(driverPages());
  });

  it('names the docker-machine flag that each option stands for', () => {
    expect(driverPages().get('generic.md')).toContain('`--generic-ip-address`');
  });

  it('tells every kind of credential with its fields, sealed ones as such, and none where a driver has none', () => {
    const [, section = ''] = driverPages().get('amazonec2.md')?.split('\n## Credential\n') ?? [];
    const parts = section.split('\n## ')[0]?.split('\n### ') ?? [];
    const [all, ...kinds] = parts.map((part) => [...part.matchAll(/^\| `([\w.]+)`/gm)].map(([, name]) => name));
    expect(all).toEqual(['identity', 'region', 'endpoint', 'stsEndpoint']);
    expect(kinds).toEqual([
      ['identity.accessKeyId', 'identity.secretAccessKey'],
      ['identity.accessKeyId', 'identity.secretAccessKey', 'identity.sessionToken'],
      ['identity.roleArn', 'identity.externalId', 'identity.accessKeyId', 'identity.secretAccessKey'],
      [],
    ]);
    expect(section).toMatch(/`identity.sessionToken` .*required.*Sealed at rest/);
    expect(driverPages().get('generic.md')).not.toContain('## Credential');
  });
});

describe('docs/images.md', () => {
  it('tells what of the catalogue no driver takes: Rocky Linux, Flatcar and arm64', () => {
    const accepted = allDrivers
      .filter(({ driver }) => driver.availability === 'production')
      .flatMap(({ driver }) => Object.values(describeOptions(driver.options).properties ?? {}))
      .flatMap(({ accepts }) => (accepts ? [accepts] : []));
    const left = imageCatalogue.filter((image) => !accepted.some((demand) => imageFits(image, demand)));
    expect(accepted).toHaveLength(2);
    expect(left).toEqual(
      imageCatalogue.filter(
        ({ system, architecture }) => system === 'rocky' || system === 'flatcar' || architecture === 'arm64',
      ),
    );
  });
});

describe('docs/writing-a-driver.md', () => {
  it('shows the example as it is', () => {
    const root = new URL('../', import.meta.url);
    const code = readFileSync(new URL('examples/driver-shelf/index.ts', root), 'utf8');
    expect(readFileSync(new URL('docs/writing-a-driver.md', root), 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
  });
});

describe('docs/parity.md', () => {
  it('is what the registry says (else: npm run docs:drivers)', () => {
    expect(readFileSync(parityFile, 'utf8')).toBe(parityPage(allDrivers));
  });

  it('has a place or a sentence for every flag of create', () => {
    expect(unansweredOfCreate()).toEqual([]);
  });

  // Give an option `machineFlag` in its metadata, or the flag a sentence in scripts/docker-machine-flags.ts.
  it.each(allDrivers)('has a place or a sentence for every flag of the driver $id', ({ id, driver }) => {
    expect(unansweredOf(id, driver)).toEqual([]);
    expect(unknownFlags(id, driver)).toEqual([]);
  });

  it('would miss a flag that no option stands for', () => {
    const { driver } = allDrivers.find(({ id }) => id === 'generic') ?? {};
    expect(driver && unansweredOf('virtualbox', driver)).toContain('virtualbox-cpu-count');
  });
});
