import type { Role } from '@/lib/role';

import type { Machine } from './use-machine';

/** What every tab of a machine gets from its page. */
export interface MachineTabProps {
  readonly team: string;
  readonly role: Role;
  readonly initial: Machine;
}
