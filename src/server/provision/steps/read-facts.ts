import { z } from 'zod';

import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { parseEngineInfo } from '../engine-client';
import { localApi } from '../engine/local-api';
import type { Report } from '../host/report';
import { runScript } from '../host/run';
import { parseOsRelease } from '../os-release';

const count = z.number().int().nonnegative();

export const engineFacts = z.object({
  version: z.string(),
  apiVersion: z.string(),
  storageDriver: z.string(),
  cgroupVersion: z.string(),
  rootFolder: z.string(),
  isLiveRestoreOn: z.boolean(),
  isSwarm: z.boolean(),
  containersRunning: count,
  containersPaused: count,
  containersStopped: count,
  images: count,
  runningContainerIds: z.array(z.string()),
});

/** What a machine's page shows. Sizes in bytes. */
export const hostFacts = z.object({
  osId: z.string(),
  osName: z.string(),
  osVersion: z.string(),
  kernel: z.string(),
  /** As `uname -m` says it ("x86_64"). */
  architecture: z.string(),
  hostName: z.string(),
  cpus: count,
  memoryBytes: count,
  /** Of the file system that holds the engine's data (or will). */
  diskBytes: count,
  diskFreeBytes: count,
  /** Null where no engine runs. */
  engine: engineFacts.nullable(),
});

export type EngineFacts = z.output<typeof engineFacts>;
export type HostFacts = z.output<typeof hostFacts>;

const probe = sh`${localApi}
blob os < /etc/os-release
fact kernel "$(uname -r)"
fact architecture "$(uname -m)"
fact name "$(hostname)"
fact cpus "$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c ^processor /proc/cpuinfo)"
fact memory "$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)"
root=/var/lib/docker
if engine_active; then
  info=$(engine_get /info)
  printf %s "$info" | blob info
  engine_get /version | blob version
  for id in $(running_ids); do fact running "$id"; done
  root=$(printf %s "$info" | sed -n 's/.*"DockerRootDir":"\\([^"]*\\)".*/\\1/p')
fi
root=\${root:-/var/lib/docker}
while [ ! -d "$root" ]; do root=$(dirname "$root"); done
df -Pk "$root" | awk 'NR == 2 { print "::disk=" $2 " " $4 }'`;

function readEngine(report: Report): EngineFacts | null {
  const text = report.text('info');
  if (text === '') return null;
  const info = parseEngineInfo(JSON.parse(text));
  const version: unknown = JSON.parse(report.text('version') || '{}');
  const apiVersion = z.object({ ApiVersion: z.string() }).safeParse(version).data?.ApiVersion ?? '';
  return {
    version: info.ServerVersion,
    apiVersion,
    storageDriver: info.Driver,
    cgroupVersion: info.CgroupVersion,
    rootFolder: info.DockerRootDir,
    isLiveRestoreOn: info.LiveRestoreEnabled,
    isSwarm: !['', 'inactive'].includes(info.Swarm?.LocalNodeState ?? ''),
    containersRunning: info.ContainersRunning,
    containersPaused: info.ContainersPaused,
    containersStopped: info.ContainersStopped,
    images: info.Images,
    runningContainerIds: [...report.all('running')],
  };
}

/** Turns the probe's answer into facts. Pure. */
export function readHostFacts(report: Report): HostFacts {
  const os = parseOsRelease(report.text('os'));
  const [disk = '0', free = '0'] = report.get('disk').split(' ');
  return {
    osId: os.id,
    osName: os.prettyName,
    osVersion: os.versionId,
    kernel: report.get('kernel'),
    architecture: report.get('architecture'),
    hostName: report.get('name'),
    cpus: report.number('cpus'),
    memoryBytes: report.number('memory') * 1024,
    diskBytes: Number(disk) * 1024,
    diskFreeBytes: Number(free) * 1024,
    engine: readEngine(report),
  };
}

/** Reads the facts of a host and its engine in one round trip over SSH. Changes nothing; an engine that is stopped stays so. */
export async function readFacts(ctx: ProvisionContext): Promise<HostFacts> {
  const { report } = await runScript(ctx, { name: 'read the facts of the host', script: probe, timeoutMs: 60_000 });
  return hostFacts.parse(readHostFacts(report));
}
