import { Fault, type InstanceThing, passes, tagSet, tagsFor } from './account.test-support';
import { type Answer, type Answers, byIds, type Call, endDryRun, groupsOf, zoneOf } from './call.test-support';
import { catalogue } from './catalogue.test-support';
import { images } from './images.test-support';
import { listOf, textOf, textsOf, type Wire, wireOf } from './wire.test-support';

const isOn = (value: unknown): boolean => value === 'true';

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
    if (same.state === 'terminated') {
      throw new Fault(
        'IdempotentInstanceTerminated',
        'The instance from the original launch request identified by the client token has been terminated.',
      );
    }
    return { reservationId: 'r-1', instancesSet: [instanceWire(call, same)] };
  }
  const type = catalogue.types.find(({ name }) => name === request['InstanceType']);
  if (!type) {
    throw new Fault('InvalidParameterValue', `Invalid value '${textOf(request['InstanceType'])}' for InstanceType.`);
  }
  if (!images.some(({ id }) => id === request['ImageId'])) {
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
  endDryRun(call);
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

/** Instances, and the requests for spot instances. */
export const instanceAnswers: Answers = {
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
};
