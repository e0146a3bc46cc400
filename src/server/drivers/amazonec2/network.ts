import type { Filter, InstanceTypeOffering, Subnet } from '@aws-sdk/client-ec2';

import type { Ec2 } from './calls';
import { isAwsError, refuse } from './errors';
import type { Ec2Options } from './options';
import { allPages, paged } from './tags';

export interface Network {
  readonly vpcId: string;
  readonly subnetId: string;
  readonly zone: string;
}

export const zoneName = (region: string, zone: string): string => (zone.length === 1 ? `${region}${zone}` : zone);

const networkOf = ({ VpcId = '', SubnetId = '', AvailabilityZone = '' }: Subnet): Network => ({
  vpcId: VpcId,
  subnetId: SubnetId,
  zone: AvailabilityZone,
});

/** Whether instances get IPv6 addresses there; a private cloud that does not say may have them. */
const hasRange = ({ Ipv6CidrBlockAssociationSet: blocks }: Subnet): boolean =>
  !blocks || blocks.some(({ Ipv6CidrBlockState }) => Ipv6CidrBlockState?.State === 'associated');

async function chosenSubnet(ec2: Ec2, subnetId: string, options: Ec2Options): Promise<Network> {
  const { vpcId, zone, region, hasIpv6 } = options;
  const { Subnets = [] } = await ec2('DescribeSubnets', { SubnetIds: [subnetId] });
  const [subnet] = Subnets;
  if (!subnet) throw refuse('subnetId', 'There is no such subnet in this region.');
  const network = networkOf(subnet);
  if (vpcId !== undefined && network.vpcId !== vpcId) {
    throw refuse('subnetId', `The subnet is in ${network.vpcId}, not in ${vpcId}.`);
  }
  if (zone !== undefined && network.zone !== zoneName(region, zone)) {
    throw refuse('subnetId', `The subnet is in the zone ${network.zone}, not in ${zoneName(region, zone)}.`);
  }
  if (hasIpv6 && !hasRange(subnet)) {
    throw refuse('hasIpv6', `The subnet ${subnetId} has no IPv6 range. Give it one, or choose another one.`);
  }
  return network;
}

async function defaultVpc(ec2: Ec2): Promise<string> {
  const { Vpcs = [] } = await ec2('DescribeVpcs', { Filters: [{ Name: 'is-default', Values: ['true'] }] });
  const vpcId = Vpcs[0]?.VpcId;
  if (vpcId) return vpcId;
  throw refuse('vpcId', 'The account has no default VPC in this region. Choose a VPC or a subnet.');
}

/** Which instance types can be had in which zones, as far as the filter goes; null where the endpoint does not say. */
export async function offerings(ec2: Ec2, filter: Filter): Promise<readonly InstanceTypeOffering[] | null> {
  try {
    const pages = await allPages((token) =>
      ec2('DescribeInstanceTypeOfferings', {
        LocationType: 'availability-zone',
        Filters: [filter],
        ...paged(token),
      }),
    );
    return pages.flatMap((page) => page.InstanceTypeOfferings ?? []);
  } catch (error) {
    // Allowed: private clouds lack the call.
    if (isAwsError(error, 'InvalidAction', 'UnsupportedOperation')) return null;
    throw error;
  }
}

/** The subnet that a machine goes into. Throws input.invalid at the field that is to blame. */
export async function findNetwork(ec2: Ec2, options: Ec2Options): Promise<Network> {
  const { subnetId, region, zone, instanceType } = options;
  if (subnetId !== undefined) return chosenSubnet(ec2, subnetId, options);
  const vpcId = options.vpcId ?? (await defaultVpc(ec2));
  const zoneFilter = zone === undefined ? [] : [{ Name: 'availability-zone', Values: [zoneName(region, zone)] }];
  const pages = await allPages((token) =>
    ec2('DescribeSubnets', {
      Filters: [{ Name: 'vpc-id', Values: [vpcId] }, ...zoneFilter],
      ...paged(token),
    }),
  );
  const subnets = pages.flatMap((page) => page.Subnets ?? []);
  const preferred = subnets.filter((subnet) => subnet.DefaultForAz);
  const considered = preferred.length > 0 ? preferred : subnets;
  const candidates = considered.map(networkOf);
  if (candidates.length === 0) {
    const where = zone === undefined ? vpcId : `the zone ${zoneName(region, zone)} of ${vpcId}`;
    throw refuse(zone === undefined ? 'vpcId' : 'zone', `There is no subnet in ${where}. Choose another one.`);
  }
  if (preferred.length === 0 && candidates.length > 1) {
    throw refuse('subnetId', `None of the ${candidates.length} subnets of ${vpcId} is a default one. Choose one.`);
  }
  const offering = await offerings(ec2, { Name: 'instance-type', Values: [instanceType] });
  const ranged = options.hasIpv6 ? considered.filter(hasRange).map(networkOf) : candidates;
  if (ranged.length === 0) {
    const names = candidates.map((one) => one.subnetId).join(', ');
    throw refuse('hasIpv6', `Of ${names} none has an IPv6 range. Give one to a subnet, or choose another subnet.`);
  }
  const sorted = ranged.toSorted((one, other) => one.zone.localeCompare(other.zone));
  const fitting = offering ? sorted.find((one) => offering.some(({ Location }) => Location === one.zone)) : sorted[0];
  if (fitting) return fitting;
  throw refuse(
    'instanceType',
    `${instanceType} is not offered in ${sorted.map((one) => one.zone).join(', ')}. Choose another type${zone === undefined ? '' : ' or zone'}.`,
  );
}
