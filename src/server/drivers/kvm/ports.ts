import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { MachineHost } from './machine-host';
import type { Options } from './options';
import { mustInfo, observedState } from './power';

/** TCP ports of the hypervisor host. */
export interface Ports {
  /** On which something listens now. */
  readonly listening: ReadonlySet<number>;
  /** That lead to other virtual machines of this libvirt, running or not. */
  readonly promised: ReadonlySet<number>;
}

/** Where ports for SSH are looked for in user mode: above what services use, below what the kernel hands out by itself. */
const [portFrom, portCount] = [20_000, 10_000];

/** Looks at what listens, and at the domains of the connection but the machine's own. Throws driver.unreachable. */
export async function readPorts({ virsh, uuid }: MachineHost): Promise<Ports> {
  // Asked for first, because an error within the script would not tell libvirt's silence from an empty host.
  await virsh.must({ name: 'ask libvirt', args: ['version'] });
  const { stdout } = await virsh.script(
    'look for ports in use',
    sh`export LC_ALL=C
for table in /proc/net/tcp /proc/net/tcp6; do
  [ ! -r "$table" ] || awk '$4 == "0A" { sub(/.*:/, "", $2); print "listening", $2 }' "$table"
done
list=$(virsh -q -c ${virsh.uri} list --all --uuid) || exit 1
for uuid in $list; do
  [ "$uuid" != ${uuid} ] || continue
  virsh -q -c ${virsh.uri} dumpxml "$uuid" --inactive 2> /dev/null |
    grep -o 'hostfwd=tcp:[0-9.]*:[0-9]*-' | sed 's/.*:\\([0-9]*\\)-$/promised \\1/'
done`,
  );
  const numbers = (key: string, base: number) =>
    stdout
      .split('\n')
      .map((line) => line.split(' '))
      .filter(([first]) => first === key)
      .map(([, number = '']) => Number.parseInt(number, base));
  return { listening: new Set(numbers('listening', 16)), promised: new Set(numbers('promised', 10)) };
}

const isTaken = ({ listening, promised }: Ports, port: number) => listening.has(port) || promised.has(port);

/** A port that nobody has; each machine begins to look at another one. Throws driver.failed. */
function freePort(uuid: string, ports: Ports, taken: number): number {
  const start = Number.parseInt(uuid.slice(0, 8), 16);
  for (let step = 0; step < portCount; step += 1) {
    const port = portFrom + ((start + step) % portCount);
    if (port !== taken && !isTaken(ports, port)) return port;
  }
  throw new AppError({
    code: 'driver.failed',
    public: 'The hypervisor host has no port left that leads to a machine.',
  });
}

/** The port for the SSH of a machine that is being made: the one it was given before, unless that was taken meanwhile. */
export async function choosePort(
  { virsh, uuid }: MachineHost,
  ports: Ports,
  { known, enginePort }: { known: number | undefined; enginePort: number },
): Promise<number> {
  if (known === undefined) return freePort(uuid, ports, enginePort);
  const info = await virsh.info(uuid);
  // While it runs it is the one that listens there.
  const isOn = info !== null && observedState(info) !== 'stopped';
  return isOn || !isTaken(ports, known) ? known : freePort(uuid, ports, enginePort);
}

/** Why the engine's port cannot be this machine's, in a sentence that ends with what to do; null where it can. Pure. */
export function portFault({ listening, promised }: Ports, port: number, where: string): string | null {
  const choose = 'In user mode each machine takes a port there: choose another.';
  if (promised.has(port)) return `Port ${port} of ${where} belongs to another virtual machine there. ${choose}`;
  return listening.has(port) ? `Port ${port} of ${where} is in use. ${choose}` : null;
}

/** Throws input.invalid where another machine has been given the engine's port since it was looked at. */
export function assertUnpromised({ promised }: Ports, port: number, where: string): void {
  const sentence = portFault({ listening: new Set(), promised }, port, where);
  if (sentence === null) return;
  throw new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { 'options.enginePort': sentence } });
}

const sshForward = /(hostfwd=tcp:127\.0\.0\.1:)(\d+)(-:22)\b/;

/**
 * The port that leads to the SSH of a machine in user mode, as libvirt knows it. One that is off gets another where somebody has
 * taken its own meanwhile; the engine's is what people connect to, and stays. Throws driver.failed where that one is taken.
 */
export async function keepPorts(host: MachineHost, { enginePort }: Pick<Options, 'enginePort'>): Promise<number> {
  const { virsh, uuid } = host;
  const { name: where } = virsh.hypervisor;
  const isOff = observedState(await mustInfo(host)) === 'stopped';
  const xml = await virsh.must({ name: 'read how it is set up', args: ['dumpxml', uuid, '--inactive'] });
  const current = Number(sshForward.exec(xml)?.[2]);
  if (Number.isNaN(current)) {
    throw new AppError({
      code: 'driver.failed',
      public: `No port of ${where} leads to the SSH of the virtual machine any more: somebody has changed it. Remove the machine and make it again.`,
    });
  }
  if (!isOff) return current;
  const ports = await readPorts(host);
  if (ports.listening.has(enginePort)) {
    throw new AppError({
      code: 'driver.failed',
      public: `Port ${enginePort} of ${where}, which leads to the machine, is in use by now. Stop the machine that has it, or remove this one and choose another port.`,
    });
  }
  if (!ports.listening.has(current)) return current;
  const port = freePort(uuid, ports, enginePort);
  await virsh.must({
    name: 'give it another port',
    args: ['define', '/dev/stdin'],
    stdin: xml.replace(sshForward, `$1${port}$3`),
  });
  return port;
}
