import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Bench } from '../contract-bench.test-support';
import { VirtualBoxBench } from './bench.test-support';
import { callOrder, callOrderVariants } from './call-order';
import type { VmState } from './double/world.test-support';

vi.setConfig({ testTimeout: 120_000 });

const root = mkdtempSync(join(tmpdir(), 'qm-vbox-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let host: VirtualBoxBench;
let bench: Bench;
beforeEach(() => {
  host = new VirtualBoxBench(mkdtempSync(join(root, 'c-')));
  bench = new Bench(host.fixture);
});
afterEach(() => host.close());

/** Another machine of the team on the same host. */
class OtherBench extends Bench {
  override get context() {
    return { ...super.context, machine: { id: 'machine-2', name: 'edge-2' } };
  }
}

const is = (state: VmState) => host.double.change(({ vms }) => vms.forEach((vm) => (vm.state = state)));
const forget = () => void (host.double.calls.length = 0);
const firstMachine = callOrder['Create, the first machine of a network'] ?? [];
const removal = callOrder['Remove, from running or paused, the last machine of a network'] ?? [];
const added = (calls: readonly string[]) => calls.filter((call) => !firstMachine.includes(call));

const addVm = (disk: string) =>
  host.double.change(({ vms }) => {
    const [vm] = vms;
    if (!vm) throw new Error('there is no machine');
    const uuid = 'a0000000-0000-4000-8000-000000000001';
    const extraData = { 'quaymaster/import': 'yes' };
    const own = { uuid, name: 'theirs', groups: '/', extraData, media: { 'IDE-0-0': disk }, settings: {} };
    vms.push({ ...vm, ...own, state: 'poweroff' });
  });

const variants: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  'Create, into a network that the console has made, after the disk is attached': async () => {
    await bench.create();
    is('poweroff');
    forget();
    await new OtherBench(host.fixture).create();
    const other = host.double.read().vms.find(({ name }) => name === 'harbour-edge-2');
    const calls = host.changes({ VM: other?.uuid ?? '?', MACHINE: 'machine-2', 'harbour-edge-1': 'harbour-edge-2' });
    // All before is as for the first machine.
    return calls.slice(calls.findIndex((call) => call.includes('global quaymaster/')));
  },
  'Create, with the disk of another machine, instead of convertfromraw': async () => {
    await bench.create();
    const disk = join(host.hypervisor.folder, 'theirs.vdi');
    writeFileSync(disk, 'theirs');
    addVm(disk);
    await bench.remove();
    host.options = { ...host.options, importVm: 'theirs', importKeyId: '00000000-0000-4000-8000-00000000cccc' };
    forget();
    await new Bench(host.fixture).create();
    const calls = host.changes({
      VM: host.double.read().vms.find(({ name }) => name === 'harbour-edge-1')?.uuid ?? '?',
    });
    expect(firstMachine.filter((call) => !calls.includes(call))).toEqual([firstMachine[0]]);
    return added(calls).map((call) => call.replace('FOLDER/theirs.vdi', 'DISK'));
  },
  'Create, with a shared folder, after the disk is attached': async () => {
    const folder = join(host.hypervisor.folder, 'code');
    mkdirSync(folder);
    writeFileSync(join(folder, '.quaymaster-share'), '');
    host.options = { ...host.options, shareFolder: `${folder}:code` };
    await new Bench(host.fixture).create();
    expect(host.vm().shares).toEqual({ code: folder });
    expect(host.vm().extraData).toEqual({ 'VBoxInternal2/SharedFoldersEnableSymlinksCreate/code': '1' });
    const calls = host.changes();
    expect(calls.filter((call) => firstMachine.includes(call))).toEqual(firstMachine);
    return added(calls).map((call) => call.replace('FOLDER/code', 'SHARED'));
  },
  'Remove, from poweroff, aborted or saved, the last machine of a network': async () => {
    const seen: (readonly string[])[] = [];
    for (const state of ['poweroff', 'aborted', 'saved'] as const) {
      const next = new Bench(host.fixture);
      await next.create();
      is(state);
      const { uuid } = host.vm();
      forget();
      await next.remove();
      seen.push(host.changes({ VM: uuid }));
      expect(host.things()).toEqual([]);
    }
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    return seen[0] ?? [];
  },
  'Remove, from running, while another machine uses the network': async () => {
    await bench.create();
    const { uuid } = host.vm();
    is('poweroff');
    await new OtherBench(host.fixture).create();
    is('running');
    forget();
    await bench.remove();
    return host.changes({ VM: uuid, OTHER: 'machine-2' });
  },
};

describe('the calls of VBoxManage in other situations', () => {
  it.each(Object.entries(variants))('are those that the documents show: %s', async (heading, act) => {
    expect(await act()).toEqual(callOrderVariants[heading]);
  });

  it('have no row that nothing runs', () => {
    expect(Object.keys(callOrderVariants)).toEqual(Object.keys(variants));
  });

  it.each([
    ['aborted', 'stop', 'Stop, from poweroff, aborted or saved'],
    ['paused', 'save', 'Save, from running or paused'],
  ] as const)('from %s, %s, are as the heading says: %s', async (state, verb, heading) => {
    await bench.create();
    is(state);
    forget();
    await bench.fixture.driver[verb]?.(bench.context, bench.options, bench.state);
    expect(host.changes()).toEqual(callOrder[heading]);
  });

  it('of a removal are the same from paused as from running', async () => {
    await bench.create();
    const { uuid } = host.vm();
    is('paused');
    forget();
    await bench.remove();
    expect(host.changes({ VM: uuid })).toEqual(removal);
  });
});
