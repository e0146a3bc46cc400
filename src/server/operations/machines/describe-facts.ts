import type { MachineFacts } from '@/lib/machine';
import type { HostFacts } from '@/server/provision/steps/read-facts';

/** The facts of a machine's page, from what the provisioner read on the host. Pure. */
export function describeFacts(host: HostFacts): MachineFacts {
  const { engine } = host;
  return {
    osName: host.osName,
    kernel: host.kernel,
    architecture: host.architecture,
    engineVersion: engine?.version ?? '',
    apiVersion: engine?.apiVersion ?? '',
    storageDriver: engine?.storageDriver ?? '',
    cpus: host.cpus,
    memoryBytes: host.memoryBytes,
    diskTotalBytes: host.diskBytes,
    diskFreeBytes: host.diskFreeBytes,
    containersRunning: engine?.containersRunning ?? 0,
    containersTotal: engine ? engine.containersRunning + engine.containersPaused + engine.containersStopped : 0,
    images: engine?.images ?? 0,
  };
}
