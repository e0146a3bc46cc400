import 'server-only';
import { formatBytes } from '@/lib/format/bytes';
import type { HypervisorFacts } from '@/lib/hypervisor-host';
import { AppError } from '@/server/errors/app-error';
import { folderOf } from '@/server/hypervisors/hypervisors';
import { type Finding, found, type Probe } from '@/server/operations/checks/probe';
import type { CommandRunner } from '@/server/ssh/command-runner';
import type { Dial } from '@/server/ssh/dial';
import { printable } from '@/server/ssh/printable';
import { type ShellScript, sh } from '@/server/ssh/shell';

const timeoutMs = 30_000;
/** A cloud image, a disk and room to grow. */
const freeBytesWanted = 20 * 1024 ** 3;

/** Where commands run, and what they have told so far. */
export interface HypervisorInView {
  readonly runner: () => CommandRunner;
  readonly learn: (facts: Partial<HypervisorFacts>) => void;
  readonly learnt: () => HypervisorFacts;
}

interface Ask {
  readonly name: string;
  readonly script: ShellScript;
  readonly sudo?: boolean;
}

/** Both streams together, and how it ended. */
const ask = async ({ runner }: HypervisorInView, command: Ask, signal: AbortSignal) => {
  const { exitCode, stdout, stderr } = await runner().run({ ...command, expect: 'any', timeoutMs }, signal);
  return { exitCode, stdout: stdout.trim(), said: `${stdout}\n${stderr}`.trim() };
};

const lines = (text: string): readonly string[] => text.split('\n').map((line) => line.trim());

const lastLine = (text: string): string => printable(lines(text).findLast((line) => line !== '') ?? '', 300);

const number = (text: string | undefined): number | null => (text && /^\d+$/.test(text) ? Number(text) : null);

async function mayBecomeRoot(view: HypervisorInView, signal: AbortSignal): Promise<boolean> {
  try {
    return (await ask(view, { name: 'ask for root rights', script: sh`true`, sudo: true }, signal)).exitCode === 0;
  } catch (error) {
    if (error instanceof AppError && error.code === 'provision.sudo-refused') return false;
    throw error;
  }
}

async function probeRights(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const script = sh`id -un; id -u; id -Gn; command -v sudo || true`;
  const { stdout } = await ask(view, { name: 'ask who I am', script }, signal);
  const [user = '', uid = '', groups = '', sudo = ''] = lines(stdout);
  view.learn({ user, hasRoot: uid === '0' });
  if (uid === '0') return found(`Runs as ${user}`);
  const who = `Runs as ${user}, in the groups ${groups.split(' ').join(', ')}`;
  if (sudo !== '' && (await mayBecomeRoot(view, signal))) {
    view.learn({ hasRoot: true });
    return found(`${who}; may become root`);
  }
  return found(`${who}; may not become root, which neither VirtualBox nor libvirt needs`);
}

const describeSystem = sh`( . /etc/os-release 2>/dev/null && echo "\${PRETTY_NAME:-}" ) || uname -sr
uname -m
getconf _NPROCESSORS_ONLN 2>/dev/null || echo
{ awk '/^MemTotal:/ { printf "%.0f", $2 * 1024 }' /proc/meminfo || sysctl -n hw.memsize; } 2>/dev/null || echo`;

async function probeSystem(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const { stdout } = await ask(view, { name: 'ask for the system', script: describeSystem }, signal);
  const [system = '', architecture = '', processors, memory] = lines(stdout);
  const [cpus, memoryBytes] = [number(processors), number(memory)];
  view.learn({ system: printable(system, 100), architecture: printable(architecture, 40), cpus, memoryBytes });
  const size = [
    cpus === null ? null : `${cpus} CPU${cpus === 1 ? '' : 's'}`,
    memoryBytes === null ? null : formatBytes(memoryBytes),
  ];
  return found([printable(system, 100), printable(architecture, 40), ...size].filter(Boolean).join(', '));
}

const describeFolder = (folder: string) => sh`there=${folder}
while [ ! -e "$there" ]; do there=$(dirname -- "$there"); done
if [ -d "$there" ] && [ -w "$there" ]; then echo writable; else echo "$there"; fi
df -Pk -- "$there" 2>/dev/null | awk 'NR == 2 { printf "%.0f", $4 * 1024 }'`;

async function probeFolder(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const folder = await folderOf(view.runner(), signal);
  const { stdout } = await ask(view, { name: `look at ${folder}`, script: describeFolder(folder) }, signal);
  const [where, free] = lines(stdout);
  const freeBytes = number(free);
  view.learn({ folder, freeBytes });
  if (where !== 'writable') {
    return {
      status: 'failed',
      message: `The console may not write to ${folder}: ${where} is not writable for this account.`,
      advice: 'Give the account a home of its own, or register the host with another account.',
    };
  }
  if (freeBytes === null) return found(folder);
  const message = `${formatBytes(freeBytes)} free at ${folder}`;
  if (freeBytes >= freeBytesWanted) return found(message);
  return {
    status: 'warning',
    message,
    advice: `An image and the disk of one machine want about ${formatBytes(freeBytesWanted)}.`,
  };
}

const notInstalled = 127;

async function probeVirtualbox(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const script = sh`command -v VBoxManage >/dev/null 2>&1 || exit ${notInstalled}; VBoxManage --version`;
  const { exitCode, said } = await ask(view, { name: 'ask VirtualBox for its version', script }, signal);
  const version = /^\d+\.\d+\.\d+\S*$/m.exec(said)?.[0] ?? null;
  view.learn({ vboxVersion: version });
  if (exitCode === notInstalled) return found('Not installed');
  if (version === null) {
    return { status: 'warning', message: `VBoxManage does not tell its version: ${lastLine(said)}` };
  }
  const complaint = lines(said).find((line) => /^WARNING/i.test(line));
  if (complaint === undefined) return found(version);
  return {
    status: 'warning',
    message: `${version}, with a complaint: ${printable(complaint, 300)}`,
    advice: 'Its kernel modules are missing, most often: run /sbin/vboxconfig on the host.',
  };
}

/** As `virsh version` tells it. */
function libvirtVersion(said: string): string | null {
  const library = /^Using library: libvirt (\S+)/m.exec(said)?.[1];
  const hypervisor = /^Running hypervisor: (.+)$/m.exec(said)?.[1]?.trim();
  return library === undefined || hypervisor === undefined ? null : `${library}, ${hypervisor}`;
}

const advise = (view: HypervisorInView): string =>
  `Add the account to libvirt's group, and check again: sudo usermod -aG libvirt ${view.learnt().user ?? 'USER'}. It counts from the next sign-in on.`;

async function probeLibvirt(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const script = sh`command -v virsh >/dev/null 2>&1 || exit ${notInstalled}; virsh --connect qemu:///system version`;
  const command = { name: 'ask libvirt for its version', script };
  const own = await ask(view, command, signal);
  if (own.exitCode === notInstalled) {
    view.learn({ libvirt: null });
    if (view.learnt().vboxVersion !== null) return found('Not installed');
    return {
      status: 'warning',
      message: 'Not installed, and no other hypervisor was found',
      advice: 'Install one: on Debian and Ubuntu "apt install libvirt-daemon-system qemu-system-x86", or VirtualBox.',
    };
  }
  const version = libvirtVersion(own.said);
  view.learn({ libvirt: version });
  if (version !== null) return found(version);
  if (view.learnt().hasRoot && view.learnt().user !== 'root') {
    const asRoot = libvirtVersion((await ask(view, { ...command, sudo: true }, signal)).said);
    // The driver never becomes root, so to it this is none.
    if (asRoot !== null) {
      return {
        status: 'warning',
        message: `${asRoot}, which answers to root only, so this account cannot make machines with it`,
        advice: advise(view),
      };
    }
  }
  return {
    status: 'warning',
    message: `libvirt does not answer: ${lastLine(own.said)}`,
    advice: `Start it (sudo systemctl enable --now libvirtd). ${advise(view)}`,
  };
}

async function probeAcceleration(view: HypervisorInView, signal: AbortSignal): Promise<Finding> {
  const { exitCode } = await ask(
    view,
    { name: 'look for hardware acceleration', script: sh`test -c /dev/kvm` },
    signal,
  );
  const hasKvm = exitCode === 0;
  view.learn({ hasKvm });
  if (hasKvm) return found('/dev/kvm is there');
  if (view.learnt().libvirt === null) return found('No /dev/kvm, which only libvirt uses');
  return {
    status: 'warning',
    message: 'No /dev/kvm, so libvirt emulates the processor, many times slower',
    advice:
      'Switch virtualisation on in the firmware of the host; where it is a virtual machine itself, allow nesting.',
  };
}

/** Whether the SSH server lets connections through: a port on which nobody listens tells it as well as another. */
export const forwardingProbe = (dial: () => Dial): Probe => ({
  id: 'forwarding',
  needs: ['authentication'],
  timeoutMs,
  run: async (signal) => {
    try {
      (await dial()({ host: '127.0.0.1', port: 1 }, { signal, timeoutMs: timeoutMs / 2 })).destroy();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'ssh.port-closed') throw error;
    }
    return found('Connections go through its SSH server');
  },
});

/** What a hypervisor host is and has. `needs`: what has to have worked before commands run there. Changes nothing. */
export function hypervisorProbes(view: HypervisorInView, needs: Probe['needs']): readonly Probe[] {
  const probe = (id: Probe['id'], run: (view: HypervisorInView, signal: AbortSignal) => Promise<Finding>): Probe => ({
    id,
    needs,
    timeoutMs: timeoutMs + 5000,
    run: (signal) => run(view, signal),
  });
  return [
    probe('rights', probeRights),
    probe('system', probeSystem),
    probe('folder', probeFolder),
    probe('vbox-manage', probeVirtualbox),
    probe('libvirt', probeLibvirt),
    probe('acceleration', probeAcceleration),
  ];
}
