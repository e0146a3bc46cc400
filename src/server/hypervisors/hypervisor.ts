import type { CommandRunner } from '@/server/ssh/command-runner';
import type { Dial } from '@/server/ssh/dial';

/**
 * A host on which a hypervisor runs: the console's own machine, or another one over SSH. A driver does not know which. Commands
 * run as the account that the host was registered with.
 */
export interface Hypervisor extends CommandRunner {
  /** Of the HypervisorHost row. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Whether addresses of this host (127.0.0.1) are the console's own. */
  readonly isLocal: boolean;
  /** Absolute path of the folder on it that is the console's: images, disks. Made by whoever first writes there. */
  readonly folder: string;
  /** Connects to what this host reaches: its guests, its own loopback. */
  readonly dial: Dial;
}
