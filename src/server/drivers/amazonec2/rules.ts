import { BlockList } from 'node:net';

import type { IpPermission } from '@aws-sdk/client-ec2';

import { parseCidr } from '@/lib/cidr';

import type { Ec2Options } from './options';

/** One port that is open to one block of addresses, or (`inside`) to the machines of the same group. */
export interface Rule {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly source: string;
}

const swarmPorts = [
  ['tcp', 2377],
  ['tcp', 7946],
  ['udp', 7946],
  ['udp', 4789],
] as const;

export const inside = 'the group itself';

const unique = (rules: readonly Rule[]): readonly Rule[] =>
  rules.filter((rule, index) => rules.findIndex((other) => ruleText(other) === ruleText(rule)) === index);

export const ruleText = ({ protocol, port, source }: Rule): string => `${port}/${protocol} from ${source}`;

/** What keeps a machine from the other nodes of a swarm: ports that are closed, or open within a group that is only its own. Pure. */
export const swarmFaults = ({ hasSwarmPorts, securityGroups }: Ec2Options): Readonly<Record<string, string>> => ({
  ...(!hasSwarmPorts && { hasSwarmPorts: 'A node of a swarm reaches the others through these ports. Open them.' }),
  ...(securityGroups.length === 0 && {
    securityGroups:
      'The nodes of a swarm share a security group. Name one for all of them; one that is not there yet is made.',
  }),
});

/** What has to be open for a machine. Pure. */
export function rulesFor(options: Ec2Options, sources: readonly string[]): readonly Rule[] {
  const open = options.openPorts.map((text) => {
    const [port = '', protocol = 'tcp'] = text.toLowerCase().split('/');
    return { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp' } as const;
  });
  const ports = [
    { port: options.sshPort, protocol: 'tcp' } as const,
    { port: options.enginePort, protocol: 'tcp' } as const,
    ...open,
  ];
  const outside = ports.flatMap((port) => sources.map((source) => ({ ...port, source })));
  const between = options.hasSwarmPorts
    ? swarmPorts.map(([protocol, port]) => ({ protocol, port, source: inside }))
    : [];
  return unique([...outside, ...between]);
}

const reaches = ({ IpProtocol, FromPort = -1, ToPort = -1 }: IpPermission, { protocol, port }: Rule): boolean => {
  if (IpProtocol === '-1') return true;
  return IpProtocol === protocol && FromPort <= port && (port <= ToPort || ToPort === -1);
};

/** Whether everybody in `source` is in `block`. Pure. */
export const contains = (block: string, source: string): boolean => {
  const outer = parseCidr(block);
  const inner = parseCidr(source);
  if (!outer || !inner || outer.family !== inner.family || outer.length > inner.length) return false;
  if (outer.length === 0) return true;
  const list = new BlockList();
  const family = outer.family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(outer.address, outer.length, family);
  return list.check(inner.address, family);
};

/** A security group as far as rules go. */
export interface GroupRules {
  readonly id: string;
  /** Whether the console has made it, and so knows who is meant by its rules. */
  readonly isOwn: boolean;
  readonly permissions: readonly IpPermission[];
}

const covers = (permission: IpPermission, rule: Rule, groupIds: readonly string[]): boolean => {
  if (!reaches(permission, rule)) return false;
  const { IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [] } = permission;
  if (rule.source === inside) return UserIdGroupPairs.some(({ GroupId }) => groupIds.includes(GroupId ?? ''));
  const blocks = [...IpRanges.map(({ CidrIp }) => CidrIp), ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6)];
  return blocks.some((block) => block !== undefined && contains(block, rule.source));
};

/** Groups and prefix lists that a port is open to. Who is in them cannot be seen from here. */
const strangers = ({ isOwn, permissions }: GroupRules, rule: Rule, groupIds: readonly string[]): readonly string[] => {
  if (rule.source === inside) return [];
  return permissions
    .filter((permission) => reaches(permission, rule))
    .flatMap(({ UserIdGroupPairs = [], PrefixListIds = [] }) => [
      // Whoever made such a rule in a group of their own meant somebody, perhaps the console.
      ...(isOwn ? [] : UserIdGroupPairs.flatMap(({ GroupId = '' }) => (groupIds.includes(GroupId) ? [] : [GroupId]))),
      ...PrefixListIds.flatMap(({ PrefixListId }) => PrefixListId ?? []),
    ]);
};

interface Compared {
  /** Rules that none of the groups makes. */
  readonly missing: readonly Rule[];
  /** Rules that hold only where the source is in one of these groups or prefix lists. */
  readonly unsure: readonly { readonly rule: Rule; readonly openTo: readonly string[] }[];
}

/** What security groups lack of the rules. Pure. */
export function compareRules(rules: readonly Rule[], groups: readonly GroupRules[]): Compared {
  const ids = groups.map(({ id }) => id);
  const open = rules
    .filter((rule) => !groups.some(({ permissions }) => permissions.some((one) => covers(one, rule, ids))))
    .map((rule) => ({ rule, openTo: [...new Set(groups.flatMap((group) => strangers(group, rule, ids)))] }));
  return {
    missing: open.filter(({ openTo }) => openTo.length === 0).map(({ rule }) => rule),
    unsure: open.filter(({ openTo }) => openTo.length > 0),
  };
}

const countOf = ({ IpRanges = [], Ipv6Ranges = [], UserIdGroupPairs = [], PrefixListIds = [] }: IpPermission) => {
  const both = UserIdGroupPairs.length + PrefixListIds.length;
  return { ipv4: IpRanges.length + both, ipv6: Ipv6Ranges.length + both };
};

/** How many rules Amazon counts, for IPv4 and IPv6 apart: the larger number, since each has the same quota. Pure. */
export const countRules = (permissions: readonly IpPermission[]): number => {
  const counts = permissions.map(countOf);
  const sum = (family: 'ipv4' | 'ipv6') => counts.reduce((total, count) => total + count[family], 0);
  return Math.max(sum('ipv4'), sum('ipv6'));
};

const description = 'Quaymaster';

/** Rules as EC2 takes them for one group. Pure. */
export const toPermissions = (rules: readonly Rule[], groupId: string): IpPermission[] =>
  rules.map(({ protocol, port, source }) => ({
    IpProtocol: protocol,
    FromPort: port,
    ToPort: port,
    ...(source === inside
      ? { UserIdGroupPairs: [{ GroupId: groupId, Description: description }] }
      : source.includes(':')
        ? { Ipv6Ranges: [{ CidrIpv6: source, Description: description }] }
        : { IpRanges: [{ CidrIp: source, Description: description }] }),
  }));
