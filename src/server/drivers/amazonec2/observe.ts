import type { Instance } from '@aws-sdk/client-ec2';

import type { DriverContext, Observation, ObservedState } from '../driver';
import type { Ec2 } from './calls';
import { addressOf, findInstance, whyOf } from './instance';
import type { Ec2Options } from './options';
import type { Ec2State } from './state';

const states: Readonly<Record<string, ObservedState>> = {
  pending: 'starting',
  running: 'running',
  stopping: 'stopping',
  'shutting-down': 'stopping',
  stopped: 'stopped',
  terminated: 'absent',
};

/** Amazon's announcement that it takes a spot instance back, two minutes before. */
const announced = new Set(['marked-for-termination', 'marked-for-stop']);

const spotReason = async (ec2: Ec2, spotRequestId: string): Promise<string | undefined> => {
  const { SpotInstanceRequests = [] } = await ec2('DescribeSpotInstanceRequests', {
    Filters: [{ Name: 'spot-instance-request-id', Values: [spotRequestId] }],
  });
  const { Code = '', Message = '' } = SpotInstanceRequests[0]?.Status ?? {};
  return announced.has(Code) ? `Amazon takes the spot instance back in two minutes: ${Message || Code}` : undefined;
};

const reasonOf = async (ec2: Ec2, instance: Instance, { spotRequestId }: Ec2State): Promise<string | undefined> => {
  if (instance.State?.Name !== 'running') return whyOf(instance);
  return spotRequestId === undefined ? undefined : spotReason(ec2, spotRequestId);
};

/** How an instance is now. One that Amazon does not know is absent. */
export async function observeInstance(
  ctx: DriverContext,
  options: Ec2Options,
  { ec2, known }: { ec2: Ec2; known: Ec2State },
): Promise<Observation> {
  ctx.signal.throwIfAborted();
  const instance = known.instanceId === undefined ? undefined : await findInstance(ec2, known.instanceId);
  if (!instance) return { state: 'absent', address: null, ssh: null };
  const state = states[instance.State?.Name ?? ''] ?? 'unreachable';
  const address = addressOf(instance, options);
  const reason = await reasonOf(ec2, instance, known);
  const user = options.sshUser ?? known.imageUser ?? 'ubuntu';
  return {
    state,
    address,
    ssh: address === null ? null : { host: address, port: options.sshPort, user },
    ...(reason !== undefined && { reason }),
    // While it is stopped it has none, and keeps the one that it had.
    ...(address !== null && address !== known.address && { learnt: { address } }),
  };
}
