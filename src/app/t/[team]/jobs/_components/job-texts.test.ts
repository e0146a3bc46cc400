import { createTranslator } from 'next-intl';
import { describe, expect, it } from 'vitest';

import { undoes } from '@/lib/job';
import { jobKinds } from '@/server/jobs/list';

import messages from '../../../../../../messages/en.json';
import { humanised, jobTitle, kindName, stepTitle } from './job-texts';

const t = createTranslator({ locale: 'en', messages, namespace: 'jobs' });

describe('jobTitle', () => {
  it('says what a job does to what', () => {
    expect(jobTitle(t, { kind: 'machine.create', subject: 'edge-1' })).toBe('Create edge-1');
  });

  it('falls back to the kind itself where there is no message for it', () => {
    expect(jobTitle(t, { kind: 'gate.rotate-keys', subject: 'edge-1' })).toBe('Gate rotate keys: edge-1');
  });

  it('shows a subject as it is, whatever its characters', () => {
    expect(jobTitle(t, { kind: 'machine.create', subject: '{x} <b>' })).toBe('Create {x} <b>');
  });
});

describe('kindName and stepTitle', () => {
  it('fall back to a readable form of the id', () => {
    expect(kindName(t, 'machine.grow-disk')).toBe('Machine grow disk');
    expect(stepTitle(t, 'grow-disk')).toBe('Grow disk');
    expect(humanised('')).toBe('');
  });

  it.each([...jobKinds.keys()])('have a message for %s', (kind) => {
    expect(t.has(`kinds.${kind.replaceAll('.', '-')}` as never)).toBe(true);
    expect(kindName(t, kind)).not.toBe(humanised(kind));
  });

  it.each([...jobKinds.values()])('have a message for every step of $id', (kind) => {
    const machineId = '01a204f4-79bd-719f-869d-34611353ed66';
    const payloads = [
      { provisioning: 'ssh', enforcement: 'gate' },
      { provisioning: 'ssh', enforcement: 'engine' },
      { provisioning: 'ssh', enforcement: 'engine', swarm: { kind: 'join', swarmId: machineId, role: 'worker' } },
      { provisioning: 'none' },
      { mode: 'restore' },
      { mode: 'forget' },
      {},
    ];
    const rollBack = {
      kind: 'machine.create',
      payload: { machineId, provisioning: 'none' },
      steps: ['create-machine'],
    };
    const steps = (kind.id === 'machine.roll-back' ? [rollBack] : payloads).flatMap((payload) =>
      kind.steps({ machineId, swarm: { kind: 'init', name: 'harbour' }, ...payload }),
    );
    const missing = steps.filter(({ name }) => !t.has(`steps.${undoes(name) ?? name}` as never));
    expect(steps.length).toBeGreaterThan(0);
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});
