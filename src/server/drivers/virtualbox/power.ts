import { waitFor } from '@/server/clock/wait-for';
import { AppError, invariant } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';
import { sh } from '@/server/ssh/shell';

import type { ChangeContext, DriverContext } from '../driver';
import { savedAdvice } from '../saved-advice';
import { isBusy } from './explain';
import { ensureHostOnly } from './host-only';
import { planAddresses } from './network';
import { networkOf, type Options, type State } from './options';
import { claimAddress, claimPort } from './place';
import { type Call, call, VBox } from './vbox';
import { findVm, macOf, type Owner, stateOf, vmIdOf, type VmInfo, withColons } from './vm';

export const ownerOf = ({ team, machine }: Pick<DriverContext, 'team' | 'machine'>): Owner => ({
  teamId: team.id,
  machineId: machine.id,
});

/** Throws hypervisor.not-found, driver.unreachable. */
export const openVBox = async (
  ctx: Pick<DriverContext, 'hypervisor' | 'signal' | 'log'>,
  { hypervisorId }: Pick<Options, 'hypervisorId'>,
): Promise<VBox> => {
  ctx.signal.throwIfAborted();
  return new VBox(await ctx.hypervisor(hypervisorId), ctx);
};

const seconds = 1000;
/** How long each wait of a change of power may take; a change that VBoxManage makes waits for others first (`lockWaitMs`). */
export const powerWaits = {
  off: 2 * 60 * seconds,
  start: 3 * 60 * seconds,
  boot: 4 * 60 * seconds,
  save: 30 * 60 * seconds,
} as const;

const failed = (message: string, output?: string) =>
  new AppError({ code: 'driver.failed', public: message, ...(output !== undefined && { output }) });

/** Throws driver.failed where VirtualBox does not know the machine. */
async function requireVm(vbox: VBox, owner: Owner): Promise<VmInfo> {
  const info = await findVm(vbox, vmIdOf(owner));
  if (info) return info;
  throw failed(`${vbox.hypervisor.name} has no such virtual machine any more: somebody removed it there.`);
}

const natRule = (port: number) => `ssh,tcp,127.0.0.1,${port},,22`;

const forwardCalls = (id: string, info: VmInfo, port: number): readonly Call[] => {
  const rules = [...info].flatMap(([key, value]) => (key.startsWith('Forwarding(') ? [value] : []));
  if (rules.includes(natRule(port))) return [];
  const has = rules.some((rule) => rule.startsWith('ssh,'));
  return [
    ...(has ? [call('modifyvm', id, '--natpf1', 'delete', 'ssh')] : []),
    call('modifyvm', id, '--natpf1', natRule(port)),
  ];
};

/** The address that the DHCP server gives to the machine and to nobody else, from its next start on. */
const fixAddress = (adapter: string, mac: string, address: string): readonly Call[] => [
  call(
    'dhcpserver',
    'modify',
    `--interface=${adapter}`,
    `--mac-address=${withColons(mac)}`,
    `--fixed-address=${address}`,
  ),
  // A server that runs for other machines reads its settings at its start only.
  { args: ['dhcpserver', 'restart', `--interface=${adapter}`], allows: /not running/ },
];

/** The calls that give its card an adapter. A saved machine takes another adapter, and no other change of its card. */
const cardCalls = (info: VmInfo, id: string, card: Readonly<Record<string, string>>): readonly Call[] => {
  const adapter = card['hostonlyadapter2'] ?? '';
  if (stateOf(info).state !== 'saved') {
    return [call('modifyvm', id, ...Object.entries(card).flatMap(([name, value]) => [`--${name}`, value]))];
  }
  return info.get('hostonlyadapter2') === adapter ? [] : [call('modifyvm', id, '--hostonlyadapter2', adapter)];
};

/** Its card in the host-only network, whose adapter is made anew where it is gone. */
async function connectCard(
  vbox: VBox,
  ctx: ChangeContext<State>,
  { options, info }: { options: Options; info: VmInfo },
): Promise<void> {
  const owner = ownerOf(ctx);
  const [id, mac, network] = [vmIdOf(owner), macOf(owner), networkOf(options)];
  const { adapter, hasOwnServer } = await ensureHostOnly(vbox, {
    owner,
    network,
    wantsDhcp: options.hostOnlyDhcp,
    ledger: ctx.ledger,
    say: (text) => ctx.log.info(text),
  });
  if (!options.hostOnlyDhcp) {
    ctx.log.info('The console fixes no address: addresses are not given by DHCP, so the system has to set one.');
  } else if (!hasOwnServer) {
    ctx.log.info(
      `The console fixes no address: it has not made the DHCP server of ${adapter}, and changes nothing there. The machine may have another address after a start; its certificate then follows.`,
    );
  }
  const address =
    hasOwnServer && options.hostOnlyDhcp ? await claimAddress(vbox, owner, planAddresses(network).fixed) : null;
  await vbox.change({
    name: 'connect the machine to the host-only network',
    calls: [
      ...cardCalls(info, id, {
        nic2: 'hostonly',
        nictype2: options.hostOnlyNicType,
        nicpromisc2: options.hostOnlyPromiscuous,
        hostonlyadapter2: adapter,
        macaddress2: mac,
        cableconnected2: 'on',
      }),
      ...(address === null ? [] : fixAddress(adapter, mac, address)),
    ],
  });
  await ctx.checkpoint({ adapter });
}

const logEnd = async (vbox: VBox, info: VmInfo): Promise<string> => {
  const folder = info.get('LogFldr') ?? '';
  return vbox.shell('read the log of the virtual machine', sh`tail -n 40 ${`${folder}/VBox.log`} 2>/dev/null || :`);
};

async function boot(
  vbox: VBox,
  ctx: ChangeContext<State>,
  { uiType, info }: { uiType: string; info: VmInfo },
): Promise<void> {
  const owner = ownerOf(ctx);
  const id = vmIdOf(owner);
  const port = await claimPort(vbox, owner);
  await ctx.checkpoint({ sshPort: port });
  try {
    await vbox.change({
      name: 'start the virtual machine',
      calls: [...forwardCalls(id, info, port), call('startvm', id, '--type', uiType)],
      timeoutMs: powerWaits.start,
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, public: sentence, fieldErrors, output = '' } = error;
    const log = await logEnd(vbox, info);
    throw new AppError({
      code,
      public: stateOf(info).state === 'saved' ? `${sentence} ${savedAdvice}` : sentence,
      output: `${output}\n${log}`,
      cause: error,
      ...(fieldErrors && { fieldErrors }),
    });
  }
}

/** Errors of a sign-in that time does not mend. */
const final: ReadonlySet<ErrorCode> = new Set([
  'ssh.auth-rejected',
  'ssh.host-key-changed',
  'ssh.key-not-found',
  'ssh.key-invalid',
  'ssh.algorithms-unsupported',
]);

const addressScript = sh`ip -o link show; ip -o -4 addr show`;

/** The IPv4 address of the card with this MAC, from what `ip -o link` and `ip -o -4 addr` say. Pure. */
export function addressOf(text: string, mac: string): string | null {
  const lines = text.split('\n').map((line) => /^\d+:\s+([^\s:@]+)\S*\s+(.*)$/.exec(line));
  const card = lines.find((match) =>
    match?.[2]?.toLowerCase().includes(`link/ether ${withColons(mac).toLowerCase()}`),
  )?.[1];
  const line = lines.find((match) => card !== undefined && match?.[1] === card && match[2]?.startsWith('inet '));
  return /^inet (\d+\.\d+\.\d+\.\d+)/.exec(line?.[2] ?? '')?.[1] ?? null;
}

/** Signs in until the machine tells the address of its card in the host-only network, and checkpoints it. */
async function waitForAddress(vbox: VBox, ctx: ChangeContext<State>): Promise<void> {
  const owner = ownerOf(ctx);
  const { host: signIn } = ctx;
  invariant(signIn, 'a machine in VirtualBox needs a way to sign in');
  const poll = async () => {
    const { state, reason } = stateOf(await requireVm(vbox, owner));
    if (state !== 'running' && state !== 'starting') {
      throw failed(`The virtual machine does not run any more. ${reason ?? `VirtualBox says: ${state}.`}`);
    }
    try {
      const host = await signIn();
      const { stdout } = await host.run(
        { name: 'read the addresses', script: addressScript, timeoutMs: 20_000 },
        ctx.signal,
      );
      const address = addressOf(stdout, macOf(owner));
      return address === null
        ? ({ done: false, observed: 'The machine has no address in the host-only network yet' } as const)
        : ({ done: true, value: address } as const);
    } catch (error) {
      ctx.signal.throwIfAborted();
      if (!(error instanceof AppError) || final.has(error.code)) throw error;
      return { done: false, observed: error.public } as const;
    }
  };
  const address = await waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: 2 * seconds,
    timeoutMs: powerWaits.boot,
    timeout: { code: 'ssh.timeout', what: 'The first sign-in' },
    onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}`),
    poll,
  });
  await ctx.checkpoint({ address });
  ctx.log.info(`The machine has the address ${address}, which the hypervisor host reaches.`);
}

/** Brings the machine to run from any state in which it can be, and learns its address. */
export async function start(ctx: ChangeContext<State>, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  const owner = ownerOf(ctx);
  const info = await requireVm(vbox, owner);
  const { state, reason } = stateOf(info);
  switch (state) {
    case 'running':
    case 'starting':
      ctx.log.info('The virtual machine runs already.');
      break;
    case 'paused':
      await vbox.change({
        name: 'go on with the virtual machine',
        calls: [call('controlvm', vmIdOf(owner), 'resume')],
      });
      break;
    case 'saved':
    case 'stopped':
      await connectCard(vbox, ctx, { options, info });
      await boot(vbox, ctx, { uiType: options.uiType, info });
      break;
    default:
      throw failed(`The virtual machine cannot be started now. ${reason ?? `VirtualBox says: ${state}.`}`);
  }
  await waitForAddress(vbox, ctx);
}

const waitUntilOff = (vbox: VBox, ctx: DriverContext, advice: string): Promise<void> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: seconds,
    timeoutMs: powerWaits.off,
    timeout: { code: 'driver.failed', what: `The end of the virtual machine${advice}` },
    onWaiting: (observed) => ctx.log.info(`Waiting: ${observed}.`),
    poll: async () => {
      const info = await findVm(vbox, vmIdOf(ownerOf(ctx)));
      const { state } = info ? stateOf(info) : { state: 'absent' as const };
      return ['stopped', 'saved', 'absent'].includes(state)
        ? { done: true, value: undefined }
        : { done: false, observed: `VirtualBox says ${state}` };
    },
  });

/** Lets the system shut itself down. What is paused goes on first; what is saved or off stays so. */
export async function stop(ctx: DriverContext, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  const id = vmIdOf(ownerOf(ctx));
  const { state } = stateOf(await requireVm(vbox, ownerOf(ctx)));
  if (state === 'stopped' || state === 'saved') {
    ctx.log.info(
      state === 'saved' ? 'The virtual machine is saved: nothing runs.' : 'The virtual machine is off already.',
    );
    return;
  }
  const resume = state === 'paused' ? [call('controlvm', id, 'resume')] : [];
  await vbox.change({
    name: 'shut down the virtual machine',
    calls: [...resume, call('controlvm', id, 'acpipowerbutton')],
  });
  await waitUntilOff(vbox, ctx, ' (switch it off if its system does not react)');
}

export const powerOff = (id: string): Call => ({
  args: ['controlvm', id, 'poweroff'],
  allows: /is not currently running/,
});

/** The session that has saved it keeps it locked for a moment. */
const discardSaved = (vbox: VBox, ctx: DriverContext): Promise<void> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs: seconds,
    timeoutMs: powerWaits.off,
    timeout: { code: 'driver.failed', what: 'The end of what was saved' },
    poll: async () => {
      const owner = ownerOf(ctx);
      const { state } = stateOf(await requireVm(vbox, owner));
      if (state !== 'saved') return { done: true, value: undefined };
      const calls = [{ args: ['discardstate', vmIdOf(owner)], allows: isBusy }];
      await vbox.change({ name: 'discard the saved memory', calls });
      return { done: false, observed: 'VirtualBox still holds it' };
    },
  });

/** Pulls the plug; of a saved machine, whose memory lies on disk, that memory goes. */
export async function kill(ctx: DriverContext, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  const owner = ownerOf(ctx);
  const { state } = stateOf(await requireVm(vbox, owner));
  if (state === 'stopped') return;
  if (state === 'saved') {
    await discardSaved(vbox, ctx);
    ctx.log.info('The saved memory is discarded: the machine is off.');
    return;
  }
  await vbox.change({ name: 'switch the virtual machine off', calls: [powerOff(vmIdOf(owner))] });
  await waitUntilOff(vbox, ctx, '');
}

export async function pause(ctx: DriverContext, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  await requireVm(vbox, ownerOf(ctx));
  await vbox.change({ name: 'pause the virtual machine', calls: [call('controlvm', vmIdOf(ownerOf(ctx)), 'pause')] });
}

export async function save(ctx: DriverContext, options: Options): Promise<void> {
  const vbox = await openVBox(ctx, options);
  await requireVm(vbox, ownerOf(ctx));
  const calls = [call('controlvm', vmIdOf(ownerOf(ctx)), 'savestate')];
  await vbox.change({ name: 'save the virtual machine', calls, timeoutMs: powerWaits.save });
  await waitUntilOff(vbox, ctx, '');
}
