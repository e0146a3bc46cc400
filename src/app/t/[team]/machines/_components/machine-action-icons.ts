import {
  IconAdjustments,
  IconDeviceFloppy,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerStop,
  IconPower,
  IconReload,
  IconTool,
  IconTransfer,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react';

import type { MachineAction } from '@/lib/machine-action';

export const machineActionIcons: Readonly<Record<MachineAction, TablerIcon>> = {
  start: IconPlayerPlay,
  stop: IconPlayerStop,
  restart: IconReload,
  kill: IconPower,
  pause: IconPlayerPause,
  save: IconDeviceFloppy,
  provision: IconTool,
  'apply-settings': IconAdjustments,
  upgrade: IconTransfer,
  remove: IconTrash,
};
