import { describe, expect, it } from 'vitest';

import { type HypervisorFacts, noHypervisorFacts } from '@/lib/hypervisor-host';
import type { Command, CommandResult, CommandRunner } from '@/server/ssh/command-runner';

import { hypervisorProbes } from './hypervisor-probes';

const answers = 'Using library: libvirt 9.0.0\nRunning hypervisor: QEMU 7.2.0\n';
const refuses = "error: Failed to connect socket to '/var/run/libvirt/libvirt-sock': Permission denied\n";

/** What the probe of libvirt finds on a host whose user `ops` may use sudo. */
const probeLibvirt = async (libvirt: (isRoot: boolean) => string) => {
  let facts: HypervisorFacts = { ...noHypervisorFacts, user: 'ops', hasRoot: true };
  const run = ({ sudo = false }: Command): Promise<CommandResult> => {
    const said = libvirt(sudo);
    return Promise.resolve(
      said === answers ? { exitCode: 0, stdout: said, stderr: '' } : { exitCode: 1, stdout: '', stderr: said },
    );
  };
  const view = {
    runner: () => ({ run }) as unknown as CommandRunner,
    learn: (learnt: Partial<HypervisorFacts>) => {
      facts = { ...facts, ...learnt };
    },
    learnt: () => facts,
  };
  const probe = hypervisorProbes(view, []).find(({ id }) => id === 'libvirt');
  const finding = await probe?.run(new AbortController().signal);
  return { finding, facts };
};

describe('the check of libvirt on a hypervisor host', () => {
  it('is fine where it answers to the account itself', async () => {
    const { finding, facts } = await probeLibvirt(() => answers);
    expect(finding).toMatchObject({ status: 'ok' });
    expect(facts.libvirt).toBe('9.0.0, QEMU 7.2.0');
  });

  it('warns where it answers to root only, and says how the account gets in', async () => {
    const { finding, facts } = await probeLibvirt((isRoot) => (isRoot ? answers : refuses));
    expect(finding).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('answers to root only') as string,
      advice: expect.stringContaining('sudo usermod -aG libvirt ops') as string,
    });
    expect(facts.libvirt).toBeNull();
  });

  it('warns where it answers to nobody, with what it said', async () => {
    const { finding } = await probeLibvirt(() => refuses);
    expect(finding).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('Permission denied') as string,
    });
  });
});
