import type { InstanceTypeInfo } from '@aws-sdk/client-ec2';

import type { Choice } from '@/lib/choice';

import type { LiveChoices, ProviderContext } from '../driver';
import type { AwsSession, Ec2 } from './calls';
import { architectureOf, listImages } from './images';
import { offerings, zoneName } from './network';
import { options as schema } from './options';
import { allPages, nameIn, paged } from './tags';

type Entered = Readonly<Record<string, unknown>>;
type Open = (ctx: ProviderContext, credentialId: string, region: string) => Promise<AwsSession>;
type List = (ec2: Ec2, entered: Entered, ctx: ProviderContext) => Promise<readonly Choice[]>;

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const filter = (Name: string, value: unknown) => {
  const known = text(value);
  return known === undefined ? [] : [{ Name, Values: [known] }];
};

const regions: List = async (home) => {
  const { Regions = [] } = await home('DescribeRegions', { AllRegions: true });
  return Regions.map(({ RegionName = '', OptInStatus }) => ({
    value: RegionName,
    label: RegionName,
    ...(OptInStatus === 'not-opted-in' && { description: 'Not enabled for the account' }),
  })).toSorted(
    (one, other) =>
      Number('description' in one) - Number('description' in other) || one.value.localeCompare(other.value),
  );
};

const zones: List = async (ec2) => {
  const { AvailabilityZones = [] } = await ec2('DescribeAvailabilityZones', {});
  return AvailabilityZones.map(({ ZoneName = '', ZoneId, State }) => ({
    value: ZoneName,
    label: ZoneName,
    description: [ZoneId, State === 'available' ? '' : State].filter(Boolean).join(', '),
  }));
};

const vpcs: List = async (ec2) => {
  const pages = await allPages((token) => ec2('DescribeVpcs', paged(token)));
  return pages
    .flatMap((page) => page.Vpcs ?? [])
    .map(({ VpcId = '', Tags, CidrBlock, IsDefault = false }) => ({
      value: VpcId,
      label: nameIn(Tags) ?? VpcId,
      description: CidrBlock ?? '',
      isDefault: IsDefault,
    }));
};

const subnets: List = async (ec2, { vpcId, zone, region }) => {
  const zoneText = text(zone);
  const Filters = [
    ...filter('vpc-id', vpcId),
    ...(zoneText === undefined ? [] : filter('availability-zone', zoneName(String(region), zoneText))),
  ];
  const pages = await allPages((token) => ec2('DescribeSubnets', { Filters, ...paged(token) }));
  return pages
    .flatMap((page) => page.Subnets ?? [])
    .map((subnet) => ({
      value: subnet.SubnetId ?? '',
      label: nameIn(subnet.Tags) ?? subnet.SubnetId ?? '',
      description: [
        subnet.AvailabilityZone,
        subnet.CidrBlock,
        subnet.VpcId,
        `${subnet.AvailableIpAddressCount} free addresses`,
        subnet.DefaultForAz ? 'default of its zone' : '',
      ]
        .filter(Boolean)
        .join(', '),
    }));
};

/** The VPC that is entered, or that the subnet is in. */
const vpcOf = async (ec2: Ec2, { vpcId, subnetId }: Entered): Promise<string | undefined> => {
  if (text(vpcId) !== undefined || text(subnetId) === undefined) return text(vpcId);
  const { Subnets = [] } = await ec2('DescribeSubnets', { Filters: filter('subnet-id', subnetId) });
  return Subnets[0]?.VpcId;
};

const groups: List = async (ec2, entered) => {
  const Filters = filter('vpc-id', await vpcOf(ec2, entered));
  const pages = await allPages((token) => ec2('DescribeSecurityGroups', { Filters, ...paged(token) }));
  return pages
    .flatMap((page) => page.SecurityGroups ?? [])
    .map(({ GroupId = '', GroupName = '', Description, VpcId }) => ({
      value: GroupId,
      label: GroupName,
      description: [Description, VpcId].filter(Boolean).join(', '),
    }));
};

const gib = (mib: number) => `${Math.round((mib / 1024) * 10) / 10} GiB`;

const cpus = (count: number) => (count === 1 ? '1 CPU' : `${count} CPUs`);

const typeChoice = ({ InstanceType = 't3.small', VCpuInfo, MemoryInfo, ProcessorInfo, GpuInfo }: InstanceTypeInfo) => ({
  value: InstanceType,
  label: InstanceType,
  description: [
    cpus(VCpuInfo?.DefaultVCpus ?? 0),
    gib(MemoryInfo?.SizeInMiB ?? 0),
    ProcessorInfo?.SupportedArchitectures?.includes('arm64') ? 'Arm' : 'x86',
    GpuInfo?.Gpus?.length ? 'GPU' : '',
  ]
    .filter(Boolean)
    .join(', '),
  cpus: VCpuInfo?.DefaultVCpus ?? 0,
  memory: MemoryInfo?.SizeInMiB ?? 0,
});

const types: List = async (ec2, { region, zone }) => {
  const zoneText = text(zone);
  const offered =
    zoneText === undefined
      ? null
      : await offerings(ec2, { Name: 'location', Values: [zoneName(String(region), zoneText)] });
  const isOffered = (type: string | undefined) => offered?.some(({ InstanceType }) => InstanceType === type) ?? true;
  const pages = await allPages((token) =>
    ec2('DescribeInstanceTypes', {
      Filters: [
        { Name: 'current-generation', Values: ['true'] },
        { Name: 'bare-metal', Values: ['false'] },
      ],
      ...paged(token),
    }),
  );
  return pages
    .flatMap((page) => page.InstanceTypes ?? [])
    .filter(({ InstanceType }) => isOffered(InstanceType))
    .filter(({ ProcessorInfo }) =>
      ProcessorInfo?.SupportedArchitectures?.some((one: string) => one === 'x86_64' || one === 'arm64'),
    )
    .map(typeChoice)
    .toSorted(
      (one, other) => one.cpus - other.cpus || one.memory - other.memory || one.value.localeCompare(other.value),
    )
    .map(({ cpus: _cpus, memory: _memory, ...choice }) => choice);
};

const images: List = async (ec2, { region, instanceType }, ctx) => {
  const architecture = await architectureOf(ec2, String(instanceType));
  return listImages(ec2, { region: String(region), architecture, now: ctx.clock.now() });
};

/** Live choices of every option that has them. */
export const choicesOf = (open: Open): Readonly<Record<string, LiveChoices>> => {
  const asking =
    (list: List, where: 'home' | 'ec2' = 'ec2'): LiveChoices =>
    async (ctx, entered) => {
      const region = text(entered['region']) ?? schema.shape.region.parse(undefined);
      const session = await open(ctx, String(entered['credentialId']), region);
      try {
        return await list(session[where], entered, ctx);
      } finally {
        session.close();
      }
    };
  return {
    region: asking(regions, 'home'),
    zone: asking(zones),
    vpcId: asking(vpcs),
    subnetId: asking(subnets),
    securityGroups: asking(groups),
    instanceType: asking(types),
    image: asking(images),
  };
};
