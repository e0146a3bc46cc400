import { z } from 'zod';

import { cidrSchema } from '@/lib/cidr';

const id = (prefix: string) =>
  z
    .string()
    .trim()
    .regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `It is written like ${prefix}-0123456789abcdef0.`);

/** Where the machine stands, and who may reach it. */
export const networkOptions = {
  zone: z
    .string()
    .trim()
    .regex(/^[a-z0-9-]{1,60}$/, 'A zone is written like eu-central-1a, or a.')
    .optional()
    .meta({
      title: 'Zone',
      description: 'Left empty: the first that offers the instance type.',
      group: 'Network',
      live: { needs: ['credentialId', 'region'] },
      machineFlag: 'amazonec2-zone',
    }),
  vpcId: id('vpc')
    .optional()
    .meta({
      title: 'VPC',
      description: 'Left empty: that of the subnet, or the default one of the account.',
      group: 'Network',
      live: { needs: ['credentialId', 'region'] },
      machineFlag: 'amazonec2-vpc-id',
    }),
  subnetId: id('subnet')
    .optional()
    .meta({
      title: 'Subnet',
      description: 'Left empty: the default one of the zone, or the only one.',
      group: 'Network',
      live: { needs: ['credentialId', 'region'], follows: ['vpcId', 'zone'] },
      machineFlag: 'amazonec2-subnet-id',
    }),
  hasPublicAddress: z
    .boolean()
    .default(true)
    .meta({ title: 'Public address', group: 'Network', machineFlag: 'amazonec2-private-address-only' }),
  reach: z
    .enum(['public', 'private', 'ipv6'])
    .default('public')
    .meta({
      title: 'Reached at',
      description:
        "The address that the console and Docker clients use. Where it is not the public one, the console's own address there has to be among the allowed sources.",
      choices: { public: 'Its public address', private: 'Its private address', ipv6: 'Its IPv6 address' },
      group: 'Network',
      machineFlag: 'amazonec2-use-private-address',
    }),
  hasIpv6: z
    .boolean()
    .default(false)
    .meta({ title: 'IPv6 address', description: 'The subnet has to have an IPv6 range.', group: 'Network' }),
  securityGroups: z
    .array(
      z
        .string()
        .trim()
        .min(1)
        .max(255)
        .regex(/^[\w ._:/()#,@[\]+=&;{}!$*-]+$/, 'A security group has a name, or an id like sg-0123456789abcdef0.'),
    )
    .max(5, 'A network interface takes at most 5.')
    .default([])
    .meta({
      title: 'Security groups',
      description:
        'By id or name. Left empty: one is made for this machine, and goes with it. A name that is not there yet is made, and shared by the machines of the team that name it.',
      group: 'Who may reach it',
      live: { needs: ['credentialId', 'region'], follows: ['vpcId', 'subnetId'] },
      machineFlag: 'amazonec2-security-group',
    }),
  maySecurityGroupsChange: z.boolean().default(false).meta({
    title: 'Add missing rules to them',
    description: 'To groups that the console has not made. Otherwise what they lack is told, and nothing is changed.',
    group: 'Who may reach it',
    machineFlag: 'amazonec2-security-group-readonly',
  }),
  allowedSources: z.array(cidrSchema).max(50, 'Give at most 50.').default([]).meta({
    title: 'Allowed sources',
    description:
      "Addresses or CIDR blocks that reach SSH, the engine and the open ports, beside the console itself and the team's own list.",
    placeholder: '198.51.100.0/24',
    group: 'Who may reach it',
  }),
  openPorts: z
    .array(
      z
        .string()
        .trim()
        .regex(/^([1-9]\d{0,4})(\/(tcp|udp))?$/i, 'A port is written like 8080 or 8080/udp.')
        .refine((text) => Number.parseInt(text, 10) <= 65_535, 'A port is a number from 1 to 65535.'),
    )
    .max(40, 'Give at most 40.')
    .default([])
    .meta({
      title: 'Open ports',
      description: 'For the allowed sources. 3376 for the manager of a classic Swarm.',
      placeholder: '8080',
      group: 'Who may reach it',
      machineFlag: 'amazonec2-open-port',
    }),
  hasSwarmPorts: z.boolean().default(false).meta({
    title: 'Swarm ports',
    description: '2377/tcp, 7946/tcp and udp, 4789/udp, between the machines of its security group only.',
    group: 'Who may reach it',
  }),
};
