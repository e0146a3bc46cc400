import type { SpotInstanceRequest } from '@aws-sdk/client-ec2';

import type { DriverContext, ProviderContext } from '../driver';
import type { Ec2 } from './calls';
import { isAwsError } from './errors';
import { allPages, paged, tagFilters } from './tags';

const openStates = ['open', 'active', 'disabled'];

/** The requests that have an instance or may still launch one: of one machine, or of all of the team. */
export const openSpotRequests = async (
  ctx: ProviderContext,
  ec2: Ec2,
  machineId: string | null,
): Promise<readonly SpotInstanceRequest[]> => {
  const pages = await allPages((token) =>
    ec2('DescribeSpotInstanceRequests', {
      Filters: [...tagFilters(ctx, machineId), { Name: 'state', Values: openStates }],
      ...paged(token),
    }),
  );
  return pages.flatMap(({ SpotInstanceRequests = [] }) => SpotInstanceRequests);
};

/** Idempotent. */
export async function cancelSpotRequest(ec2: Ec2, requestId: string): Promise<void> {
  try {
    await ec2('CancelSpotInstanceRequests', { SpotInstanceRequestIds: [requestId] });
  } catch (error) {
    // Allowed: it is gone already.
    if (!isAwsError(error, 'InvalidSpotInstanceRequestID*')) throw error;
  }
}

/** Idempotent; the instance ends a little later. */
export async function terminate(ec2: Ec2, instanceId: string): Promise<void> {
  try {
    await ec2('TerminateInstances', { InstanceIds: [instanceId] });
  } catch (error) {
    // Allowed: it is gone already.
    if (!isAwsError(error, 'InvalidInstanceID*')) throw error;
  }
}

/**
 * Ends the machine's requests, `knownId` among them, with what they have launched: a lasting request whose instance is gone
 * launches another one.
 */
export async function endSpotRequests(ctx: DriverContext, ec2: Ec2, knownId: string | undefined): Promise<void> {
  const open = await openSpotRequests(ctx, ec2, ctx.machine.id);
  const ids = new Set([...open.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId), knownId]);
  for (const id of ids) {
    if (id === undefined) continue;
    await cancelSpotRequest(ec2, id);
    ctx.log.info(`Cancelled the spot request ${id}, whose instance is gone.`);
  }
  for (const { InstanceId } of open) if (InstanceId) await terminate(ec2, InstanceId);
}
