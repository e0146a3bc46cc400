import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { driverDocsFolder, driverPages } from './generate-driver-docs';

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
});
