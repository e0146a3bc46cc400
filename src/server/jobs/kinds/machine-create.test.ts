import { describe, expect, it } from 'vitest';

import type { JobKind } from '@/server/jobs/job-kind';

import { machineCreate } from './machine-create';
import { machineProvision } from './machine-provision';

const machineId = '00000000-0000-4000-8000-000000000001';
const namesOf = (kind: JobKind, payload: object): string[] =>
  kind.steps(kind.payload.parse({ machineId, enforcement: 'gate', ...payload })).map(({ name }) => name);

describe.each([
  ['machine.create', machineCreate, { provisioning: 'ssh' }],
  ['machine.provision', machineProvision, {}],
] as const)('%s', (_id, kind, payload) => {
  it('gives a host that was made the name of its machine, after what is there was kept and before an engine starts', () => {
    const names = namesOf(kind, { ...payload, namesHost: true });
    const at = (name: string) => names.indexOf(name);
    expect(at('set-host-name')).toBeGreaterThan(at('back-up'));
    expect(at('set-host-name')).toBeLessThan(at('install-engine'));
  });

  it('leaves a host that was there before its name, also in a job that was queued by a former version', () => {
    expect(namesOf(kind, { ...payload, namesHost: false })).not.toContain('set-host-name');
    expect(namesOf(kind, payload)).not.toContain('set-host-name');
    expect(namesOf(kind, payload)).toContain('verify-engine');
  });
});
