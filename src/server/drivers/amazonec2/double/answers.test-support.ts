import {
  type Ec2Account,
  Fault,
  type GroupThing,
  type InstanceThing,
  passes,
  type Permission,
  tagSet,
  tagsFor,
} from './ec2-account.test-support';
import { catalogue, imageWire } from './ec2-catalogue.test-support';
import { listOf, textOf, textsOf, type Wire, wireOf } from './ec2-wire.test-support';

interface Call {
  readonly account: Ec2Account;
  readonly region: string;
  readonly request: Wire;
}

type Answer = (call: Call) => Wire;

const isOn = (value: unknown): boolean => value === 'true';
const zoneOf = ({ region }: Call, letter: string) => `${region}${letter}`;

/** Those that are asked for by their ids; what is unknown, or too young to be known everywhere, is not found. */
const byIds = <T extends GroupThing | InstanceThing>(
  { account }: Call,
  things: readonly T[],
  { ids, code }: { ids: readonly string[]; code: string },
): readonly T[] => {
  const settled = things.filter(account.isSettled);
  if (ids.length === 0) return settled;
  return ids.map((id) => {
    const thing = settled.find((one) => one.id === id);
    if (!thing) throw new Fault(code, `The ID '${id}' does not exist`);
    return thing;
  });
};

const groupsOf = (call: Call, ids: readonly string[]): readonly GroupThing[] =>
  byIds(call, call.account.groups, { ids, code: 'InvalidGroup.NotFound' });

const instancesOf = (call: Call, ids: readonly string[]): readonly InstanceThing[] =>
  byIds(call, call.account.instances, { ids, code: 'InvalidInstanceID.NotFound' });

const stateCodes = { pending: 0, running: 16, 'shutting-down': 32, terminated: 48, stopping: 64, stopped: 80 } as const;
const stateOf = (state: InstanceThing['state']) => ({ code: stateCodes[state], name: state });

const instanceWire = (call: Call, instance: InstanceThing): Wire => {
  const subnet = catalogue.subnets.find(({ id }) => id === instance.subnetId);
  return {
    instanceId: instance.id,
    instanceState: stateOf(instance.state),
    instanceType: instance.type,
    clientToken: instance.token,
    subnetId: instance.subnetId,
    vpcId: subnet?.vpc,
    placement: { availabilityZone: zoneOf(call, subnet?.zone ?? 'a') },
    privateIpAddress: instance.state === 'terminated' ? undefined : instance.privateAddress,
    ipAddress: instance.publicAddress === '' ? undefined : instance.publicAddress,
    ipv6Address: instance.hasIpv6 ? '2001:db8::7' : undefined,
    keyName: instance.keyName,
    groupSet: instance.groups.map((groupId) => ({ groupId })),
    spotInstanceRequestId: instance.spotRequestId,
    stateReason: instance.reason,
    tagSet: tagSet(instance.tags),
  };
};

const permissionWire = ({ protocol, from, to, blocks, groups }: Permission): Wire => ({
  ipProtocol: protocol,
  fromPort: from,
  toPort: to,
  ipRanges: blocks.filter((block) => !block.includes(':')).map((cidrIp) => ({ cidrIp })),
  ipv6Ranges: blocks.filter((block) => block.includes(':')).map((cidrIpv6) => ({ cidrIpv6 })),
  groups: groups.map((groupId) => ({ groupId })),
});

const readPermission = (value: Wire): Permission => ({
  protocol: textOf(value['IpProtocol']),
  from: Number(value['FromPort']),
  to: Number(value['ToPort']),
  blocks: [
    ...listOf(value['IpRanges']).map((range) => textOf(wireOf(range)['CidrIp'])),
    ...listOf(value['Ipv6Ranges']).map((range) => textOf(wireOf(range)['CidrIpv6'])),
  ],
  groups: listOf(value['Groups']).map((pair) => textOf(wireOf(pair)['GroupId'])),
});

const isSame = (one: Permission, other: Permission) => JSON.stringify(one) === JSON.stringify(other);

const run: Answer = (call) => {
  const { account, request } = call;
  const { ClientToken: _token, DryRun: _dry, ...rest } = request;
  const token = textOf(request['ClientToken']);
  const launch = JSON.stringify(rest);
  const same = account.instances.find((instance) => token !== '' && instance.token === token);
  if (same) {
    if (same.launch !== launch) {
      throw new Fault(
        'IdempotentParameterMismatch',
        'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
      );
    }
    return { reservationId: 'r-1', instancesSet: [instanceWire(call, same)] };
  }
  const type = catalogue.types.find(({ name }) => name === request['InstanceType']);
  if (!type) {
    throw new Fault('InvalidParameterValue', `Invalid value '${textOf(request['InstanceType'])}' for InstanceType.`);
  }
  if (!catalogue.images.some(({ id }) => id === request['ImageId'])) {
    throw new Fault('InvalidAMIID.NotFound', `The image id '[${textOf(request['ImageId'])}]' does not exist`);
  }
  const network = wireOf(listOf(request['NetworkInterface'])[0]);
  const subnet = catalogue.subnets.find(({ id }) => id === network['SubnetId']);
  if (!subnet) throw new Fault('InvalidSubnetID.NotFound', 'The subnet does not exist');
  const groups = textsOf(network['SecurityGroupId']);
  groupsOf(call, groups);
  const keyName = request['KeyName'] === undefined ? undefined : textOf(request['KeyName']);
  if (keyName !== undefined && !account.keyPairs.some((pair) => pair.name === keyName && account.isSettled(pair))) {
    throw new Fault('InvalidKeyPair.NotFound', `The key pair '${keyName}' does not exist`);
  }
  if (isOn(request['DryRun'])) {
    throw new Fault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  }
  const id = account.id('i');
  const spot = wireOf(request['InstanceMarketOptions']);
  const spotRequestId = spot['MarketType'] === 'spot' ? account.id('sir') : undefined;
  const instance: InstanceThing = {
    id,
    token,
    launch,
    tags: tagsFor(request, 'instance'),
    madeAt: account.now,
    type: type.name,
    subnetId: subnet.id,
    groups,
    keyName,
    hasPublic: isOn(network['AssociatePublicIpAddress']),
    hasIpv6: network['Ipv6AddressCount'] !== undefined,
    spotRequestId,
    privateAddress: `10.0.0.${account.instances.length + 5}`,
    publicAddress: '',
    state: 'pending',
    until: account.now + account.delays.bootMs,
    reason: undefined,
  };
  account.instances.push(instance);
  if (spotRequestId) {
    account.spotRequests.push({
      id: spotRequestId,
      tags: tagsFor(request, 'spot-instances-request'),
      madeAt: account.now,
      instanceId: id,
      type: textOf(wireOf(spot['SpotOptions'])['SpotInstanceType']),
      state: 'active',
      status: 'fulfilled',
    });
  }
  return { reservationId: 'r-1', instancesSet: [instanceWire(call, instance)] };
};

/** Lets instances go over into another state; those that are there or beyond stay as they are. */
const change =
  (from: readonly InstanceThing['state'][], to: 'pending' | 'stopping' | 'shutting-down', answer: string): Answer =>
  (call) => {
    const { account, request } = call;
    const changed = instancesOf(call, textsOf(request['InstanceId'])).map((instance) => {
      const previousState = stateOf(instance.state);
      const spot = account.spotRequests.find(({ id }) => id === instance.spotRequestId);
      if (to === 'stopping' && spot?.type === 'one-time') {
        throw new Fault(
          'UnsupportedOperation',
          `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request.`,
        );
      }
      if (to === 'pending' && instance.state === 'terminated') {
        throw new Fault(
          'IncorrectInstanceState',
          `The instance '${instance.id}' is not in a state from which it can be started.`,
        );
      }
      if (from.includes(instance.state)) {
        const { bootMs, stopMs, terminateMs } = account.delays;
        instance.state = to;
        instance.until = account.now + { pending: bootMs, stopping: stopMs, 'shutting-down': terminateMs }[to];
        if (to === 'shutting-down') {
          instance.publicAddress = '';
          instance.reason = {
            code: 'Client.UserInitiatedShutdown',
            message: 'Client.UserInitiatedShutdown: User initiated shutdown',
          };
          if (spot?.type === 'one-time') spot.state = 'closed';
        }
      }
      return { instanceId: instance.id, currentState: stateOf(instance.state), previousState };
    });
    return { [answer]: changed };
  };

/** What the double answers to each call of the driver. */
export const answers: Readonly<Record<string, Answer>> = {
  RunInstances: run,
  StartInstances: change(['stopped'], 'pending', 'instancesSet'),
  StopInstances: change(['running', 'pending'], 'stopping', 'instancesSet'),
  TerminateInstances: change(['pending', 'running', 'stopping', 'stopped'], 'shutting-down', 'instancesSet'),
  RebootInstances: (call) => {
    instancesOf(call, textsOf(call.request['InstanceId']));
    return {};
  },
  DescribeInstances: (call) => {
    const found = instancesOf(call, textsOf(call.request['InstanceId'])).filter((instance) =>
      passes(call.request, instance.tags, (name) => {
        const values: Readonly<Record<string, readonly string[]>> = {
          'instance-state-name': [instance.state],
          'client-token': [instance.token],
          'instance.group-id': instance.groups,
        };
        return values[name];
      }),
    );
    return {
      reservationSet: found.map((instance) => ({ reservationId: 'r-1', instancesSet: [instanceWire(call, instance)] })),
    };
  },
  DescribeSpotInstanceRequests: (call) => ({
    spotInstanceRequestSet: call.account.spotRequests
      .filter(call.account.isSettled)
      .filter(({ id, tags, state }) =>
        passes(call.request, tags, (name) => ({ state: [state], 'spot-instance-request-id': [id] })[name]),
      )
      .map(({ id, tags, state, status, type, instanceId }) => ({
        spotInstanceRequestId: id,
        state,
        type,
        instanceId,
        status: { code: status, message: `the request is ${status}` },
        tagSet: tagSet(tags),
      })),
  }),
  CancelSpotInstanceRequests: ({ account, request }) => ({
    spotInstanceRequestSet: textsOf(request['SpotInstanceRequestId']).map((id) => {
      const found = account.spotRequests.find((one) => one.id === id);
      if (!found) {
        throw new Fault('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
      }
      found.state = 'cancelled';
      return { spotInstanceRequestId: id, state: 'cancelled' };
    }),
  }),
  ImportKeyPair: ({ account, request }) => {
    const name = textOf(request['KeyName']);
    if (account.keyPairs.some((pair) => pair.name === name)) {
      throw new Fault('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
    }
    const publicKey = Buffer.from(textOf(request['PublicKeyMaterial']), 'base64').toString();
    if (!/^ssh-(ed25519|rsa) [\w+/=]+/.test(publicKey)) {
      throw new Fault('InvalidKey.Format', 'Key is not in valid OpenSSH public key format');
    }
    const pair = { id: account.id('key'), name, publicKey, tags: tagsFor(request, 'key-pair'), madeAt: account.now };
    account.keyPairs.push(pair);
    return { keyName: name, keyPairId: pair.id, tagSet: tagSet(pair.tags) };
  },
  DescribeKeyPairs: (call) => ({
    keySet: call.account.keyPairs
      .filter(call.account.isSettled)
      .filter(({ name, tags }) => passes(call.request, tags, (filter) => ({ 'key-name': [name] })[filter]))
      .map(({ id, name, tags }) => ({ keyPairId: id, keyName: name, tagSet: tagSet(tags) })),
  }),
  DeleteKeyPair: ({ account, request }) => {
    const index = account.keyPairs.findIndex(({ id }) => id === request['KeyPairId']);
    if (index >= 0) account.keyPairs.splice(index, 1);
    return { return: true };
  },
  CreateSecurityGroup: ({ account, request }) => {
    const name = textOf(request['GroupName']);
    const vpcId = textOf(request['VpcId']);
    if (account.groups.some((group) => group.name === name && group.vpcId === vpcId)) {
      throw new Fault('InvalidGroup.Duplicate', `The security group '${name}' already exists for VPC '${vpcId}'`);
    }
    const group: GroupThing = {
      id: account.id('sg'),
      name,
      vpcId,
      description: textOf(request['GroupDescription']),
      tags: tagsFor(request, 'security-group'),
      madeAt: account.now,
      permissions: [],
    };
    account.groups.push(group);
    return { groupId: group.id, tagSet: tagSet(group.tags) };
  },
  DescribeSecurityGroups: (call) => ({
    securityGroupInfo: groupsOf(call, textsOf(call.request['GroupId']))
      .filter(({ name, vpcId, tags }) =>
        passes(call.request, tags, (filter) => ({ 'group-name': [name], 'vpc-id': [vpcId] })[filter]),
      )
      .map((group) => ({
        groupId: group.id,
        groupName: group.name,
        groupDescription: group.description,
        vpcId: group.vpcId,
        ipPermissions: group.permissions.map(permissionWire),
        tagSet: tagSet(group.tags),
      })),
  }),
  AuthorizeSecurityGroupIngress: (call) => {
    const [group] = groupsOf(call, [textOf(call.request['GroupId'])]);
    const added = listOf(call.request['IpPermissions']).map((value) => readPermission(wireOf(value)));
    if (added.some((one) => group?.permissions.some((other) => isSame(one, other)))) {
      throw new Fault('InvalidPermission.Duplicate', 'the specified rule already exists');
    }
    group?.permissions.push(...added);
    return { return: true };
  },
  DeleteSecurityGroup: (call) => {
    const [group] = groupsOf(call, [textOf(call.request['GroupId'])]);
    if (group && call.account.usesGroup(group.id)) {
      throw new Fault('DependencyViolation', `resource ${group.id} has a dependent object`);
    }
    if (group) call.account.groups.splice(call.account.groups.indexOf(group), 1);
    return { return: true };
  },
  CreateTags: ({ account, request }) => {
    const all = [...account.groups, ...account.instances, ...account.keyPairs];
    for (const id of textsOf(request['ResourceId'])) {
      const tags = all.find((thing) => thing.id === id)?.tags;
      if (!tags) throw new Fault('InvalidID', `The ID '${id}' is not valid`);
      for (const tag of listOf(request['Tag']).map(wireOf)) tags[textOf(tag['Key'])] = textOf(tag['Value']);
    }
    return {};
  },
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
        passes(call.request, {}, (name) => ({ 'vpc-id': [vpc], 'availability-zone': [zoneOf(call, zone)] })[name]),
    );
    return {
      subnetSet: found.map(({ id, vpc, zone, isDefault }) => ({
        subnetId: id,
        vpcId: vpc,
        availabilityZone: zoneOf(call, zone),
        defaultForAz: isDefault,
        cidrBlock: '172.31.0.0/20',
        availableIpAddressCount: 4091,
      })),
    };
  },
  DescribeInstanceTypeOfferings: (call) => ({
    instanceTypeOfferingSet: catalogue.types
      .filter(({ name }) => passes(call.request, {}, (filter) => ({ 'instance-type': [name] })[filter]))
      .flatMap(({ name, zones }) =>
        zones.map((zone) => ({
          instanceType: name,
          locationType: 'availability-zone',
          location: zoneOf(call, zone),
        })),
      ),
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
    const unknown = ids.find((id) => !catalogue.images.some((image) => image.id === id));
    if (unknown) throw new Fault('InvalidAMIID.NotFound', `The image id '[${unknown}]' does not exist`);
    return {
      imagesSet: catalogue.images
        .filter(
          ({ id, owner }) => (ids.length === 0 || ids.includes(id)) && (owners.length === 0 || owners.includes(owner)),
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
