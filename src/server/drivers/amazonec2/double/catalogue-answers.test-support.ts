import { Fault, passes, tagSet } from './account.test-support';
import { type Answers, zoneOf } from './call.test-support';
import { catalogue } from './catalogue.test-support';
import { images, imageWire } from './images.test-support';
import { textsOf } from './wire.test-support';

/** What an account finds there: regions, zones, networks, types and images. */
export const catalogueAnswers: Answers = {
  DescribeRegions: () => ({ regionInfo: catalogue.regions }),
  DescribeAvailabilityZones: (call) => ({
    availabilityZoneInfo: catalogue.zones.map((zone) => ({
      zoneName: zoneOf(call, zone),
      zoneId: `az-${zone}`,
      zoneState: 'available',
    })),
  }),
  DescribeVpcs: ({ request }) => ({
    vpcSet: catalogue.vpcs
      .filter(({ isDefault }) => passes(request, {}, (name) => ({ 'is-default': [String(isDefault)] })[name]))
      .map(({ id, cidr, isDefault, name }) => ({
        vpcId: id,
        cidrBlock: cidr,
        isDefault,
        tagSet: tagSet({ Name: name }),
      })),
  }),
  DescribeSubnets: (call) => {
    const ids = textsOf(call.request['SubnetId']);
    const unknown = ids.find((id) => !catalogue.subnets.some((subnet) => subnet.id === id));
    if (unknown) throw new Fault('InvalidSubnetID.NotFound', `The subnet ID '${unknown}' does not exist`);
    const found = catalogue.subnets.filter(
      ({ id, vpc, zone }) =>
        (ids.length === 0 || ids.includes(id)) &&
        passes(
          call.request,
          {},
          (name) => ({ 'subnet-id': [id], 'vpc-id': [vpc], 'availability-zone': [zoneOf(call, zone)] })[name],
        ),
    );
    return {
      subnetSet: found.map(({ id, vpc, zone, isDefault, ipv6 }) => ({
        subnetId: id,
        vpcId: vpc,
        availabilityZone: zoneOf(call, zone),
        defaultForAz: isDefault,
        cidrBlock: '172.31.0.0/20',
        ipv6CidrBlockAssociationSet:
          ipv6 === null ? [] : [{ ipv6CidrBlock: ipv6, ipv6CidrBlockState: { state: 'associated' } }],
        availableIpAddressCount: 4091,
      })),
    };
  },
  DescribeInstanceTypeOfferings: (call) => ({
    instanceTypeOfferingSet: catalogue.types
      .flatMap(({ name, zones }) => zones.map((zone) => ({ name, location: zoneOf(call, zone) })))
      .filter(({ name, location }) =>
        passes(call.request, {}, (filter) => ({ 'instance-type': [name], location: [location] })[filter]),
      )
      .map(({ name, location }) => ({ instanceType: name, locationType: 'availability-zone', location })),
  }),
  DescribeInstanceTypes: ({ request }) => {
    const names = textsOf(request['InstanceType']);
    const unknown = names.find((name) => !catalogue.types.some((type) => type.name === name));
    if (unknown) {
      throw new Fault('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown}]`);
    }
    return {
      instanceTypeSet: catalogue.types
        .filter(({ name }) => names.length === 0 || names.includes(name))
        .map(({ name, cpus, mib, architecture }) => ({
          instanceType: name,
          vCpuInfo: { defaultVCpus: cpus },
          memoryInfo: { sizeInMiB: mib },
          processorInfo: { supportedArchitectures: [architecture] },
        })),
    };
  },
  DescribeImages: ({ request }) => {
    const ids = textsOf(request['ImageId']);
    const owners = textsOf(request['Owner']);
    const unknown = ids.find((id) => !images.some((image) => image.id === id));
    if (unknown) throw new Fault('InvalidAMIID.NotFound', `The image id '[${unknown}]' does not exist`);
    return {
      imagesSet: images
        .filter(
          ({ id, owner, ownerAlias }) =>
            (ids.length === 0 || ids.includes(id)) &&
            (owners.length === 0 || owners.includes(owner) || (ownerAlias && owners.includes(ownerAlias))),
        )
        .filter(({ name, architecture }) =>
          passes(request, {}, (filter) => {
            const values: Readonly<Record<string, readonly string[]>> = {
              name: [name],
              architecture: [architecture],
              state: ['available'],
              'root-device-type': ['ebs'],
            };
            return values[filter];
          }),
        )
        .map(imageWire),
    };
  },
};
