import { type ShellScript, sh } from '@/server/ssh/shell';

import { diskFree } from '../host-room';
import { kvmProbe, kvmProbeInput } from './kvm-probe';
import type { Virsh } from './virsh';

export interface NetworkFacts {
  readonly name: string;
  readonly isActive: boolean;
}

/** What a hypervisor host has, as far as a machine on it depends on it. */
export interface HostFacts {
  /** As `uname -m` says it. */
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryFreeMiB: number;
  readonly memoryTotalMiB: number;
  /** In the file system that holds the console's folder. */
  readonly diskFreeMiB: number;
  /** Commands that are missing. */
  readonly missing: readonly string[];
  /** Whether libvirt says that QEMU can use KVM, and a small program does not hang in it. */
  readonly hasKvm: boolean;
  /** A folder above the console's that lets nobody else pass; empty where there is none. */
  readonly closedFolder: string;
  readonly bridges: readonly string[];
}

const commands = ['virsh', 'qemu-img', 'qemu-system-x86_64'];

const factsScript = (folder: string, uri: string): ShellScript => sh`export LC_ALL=C
fact() { printf '%s %s\n' "$1" "$2"; }
fact architecture "$(uname -m)"
fact cpus "$(getconf _NPROCESSORS_ONLN)"
fact memory-free "$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)"
fact memory-total "$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)"
for command in ${commands}; do
  command -v "$command" > /dev/null || [ -x "/usr/libexec/$command" ] || [ "$command" = qemu-system-x86_64 -a -x /usr/libexec/qemu-kvm ] || fact missing "$command"
done
fact disk-free "$(${diskFree(folder)})"
folder=${folder}
while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
while [ "$folder" != / ]; do
  case $(stat -c %A "$folder") in *[xt]) ;; *) fact closed "$folder" ;; esac
  folder=$(dirname "$folder")
done
for bridge in /sys/class/net/*/bridge; do
  [ ! -d "$bridge" ] || fact bridge "$(basename "$(dirname "$bridge")")"
done
! virsh -q -c ${uri} domcapabilities --virttype kvm > /dev/null 2>&1 || fact kvm yes`;

const networksScript = (uri: string): ShellScript => sh`export LC_ALL=C
virsh -q -c ${uri} net-list --name | sed -n 's/^..*/active &/p'
virsh -q -c ${uri} net-list --inactive --name | sed -n 's/^..*/inactive &/p'`;

const pairs = (text: string) =>
  text.split('\n').flatMap((line) => {
    const [key = '', ...rest] = line.trim().split(' ');
    return key === '' ? [] : [{ key, value: rest.join(' ').trim() }];
  });

/** Looks at the hypervisor host; changes nothing. Throws driver.unreachable. */
export async function readHostFacts(virsh: Virsh): Promise<HostFacts> {
  const { hypervisor, uri } = virsh;
  const { stdout } = await virsh.script('look at the hypervisor host', factsScript(hypervisor.folder, uri));
  const facts = pairs(stdout);
  const all = (key: string) => facts.filter((fact) => fact.key === key).map(({ value }) => value);
  const number = (key: string) => Number(all(key)[0] ?? 0);
  return {
    architecture: all('architecture')[0] ?? '',
    cpus: number('cpus'),
    memoryFreeMiB: number('memory-free'),
    memoryTotalMiB: number('memory-total'),
    diskFreeMiB: number('disk-free'),
    missing: all('missing'),
    hasKvm: all('kvm').includes('yes') && !(await kvmHangs(virsh)),
    closedFolder: all('closed').at(-1) ?? '',
    bridges: all('bridge'),
  };
}

async function kvmHangs(virsh: Virsh): Promise<boolean> {
  const { stdout } = await virsh.script('try KVM', kvmProbe, { stdin: kvmProbeInput });
  return stdout.trim() === 'hangs';
}

/** The networks of libvirt; a session has none. Throws driver.unreachable. */
export async function readNetworks(virsh: Virsh): Promise<readonly NetworkFacts[]> {
  if (!virsh.uri.endsWith('system')) return [];
  const { stdout } = await virsh.script('list the networks', networksScript(virsh.uri));
  return pairs(stdout).map(({ key, value }) => ({ name: value, isActive: key === 'active' }));
}
