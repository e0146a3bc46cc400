import {
  IconActivity,
  IconCertificate,
  IconDisc,
  IconHistory,
  IconKey,
  IconListCheck,
  IconPackages,
  IconServer2,
  IconServerCog,
  IconSettings,
  IconShieldCheck,
  IconTopologyStar3,
  IconUsers,
  type TablerIcon,
} from '@tabler/icons-react';

import { paths } from '@/lib/paths';
import { type Role, roleReaches } from '@/lib/role';

export interface NavigationItem {
  /** Names the label in the messages, under `frame.rail`. */
  readonly key:
    | 'machines'
    | 'jobs'
    | 'resources'
    | 'hypervisors'
    | 'images'
    | 'swarms'
    | 'certificates'
    | 'selfTests'
    | 'credentials'
    | 'audit'
    | 'members'
    | 'settings'
    | 'system';
  readonly path: (team: string) => string;
  readonly icon: TablerIcon;
  /** The least role that may open the page; without it every member may. */
  readonly minRole?: Role;
  /** Only for those who run the installation. */
  readonly isForOperators?: boolean;
}

/** The pages of a team, in the order of the rail. The palette offers the same ones. */
const navigation: readonly NavigationItem[] = [
  { key: 'machines', path: paths.machines, icon: IconServer2 },
  { key: 'swarms', path: paths.swarms, icon: IconTopologyStar3 },
  { key: 'jobs', path: paths.jobs, icon: IconListCheck },
  { key: 'resources', path: (team) => paths.resources(team), icon: IconPackages },
  { key: 'hypervisors', path: paths.hypervisors, icon: IconServerCog, minRole: 'member' },
  { key: 'images', path: (team) => paths.images(team), icon: IconDisc, minRole: 'member' },
  { key: 'certificates', path: paths.certificates, icon: IconCertificate },
  { key: 'selfTests', path: paths.selfTests, icon: IconShieldCheck },
  { key: 'credentials', path: (team) => paths.credentials(team), icon: IconKey, minRole: 'member' },
  { key: 'audit', path: paths.audit, icon: IconHistory, minRole: 'admin' },
  { key: 'members', path: paths.members, icon: IconUsers },
  { key: 'settings', path: paths.settings, icon: IconSettings },
  { key: 'system', path: paths.system, icon: IconActivity, isForOperators: true },
];

/** The items that the role may open, with those for operators where the person is one. Pure. */
export const navigationFor = (role: Role, isOperator: boolean): readonly NavigationItem[] =>
  navigation.filter(
    ({ minRole, isForOperators = false }) =>
      (minRole === undefined || roleReaches(role, minRole)) && (!isForOperators || isOperator),
  );

/** Whether an item is where the reader is: on its page or below it. Pure. */
export const isCurrent = (itemPath: string, pathname: string): boolean =>
  pathname === itemPath || pathname.startsWith(`${itemPath}/`);
