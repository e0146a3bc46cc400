import { waitFor } from '@/server/clock/wait-for';
import { AppError } from '@/server/errors/app-error';

import type { DriverContext, ProviderContext, ProviderThing, UnwantedThing } from '../driver';
import type { LedgerEntry } from '../ledger';
import type { Ec2 } from './calls';
import { isAwsError } from './errors';
import { endWaitMs, findInstance, isGone, waitUntilGone } from './instance';
import { cancelSpotRequest, openSpotRequests, terminate } from './spot';
import { allPages, isOfTeam, machineIn, machineTag, nameIn, paged, tagFilters, type ThingKind } from './tags';

const aliveStates = ['pending', 'running', 'stopping', 'stopped'];

type KnownThing = ProviderThing & { readonly kind: ThingKind };

const instances = async (ctx: ProviderContext, ec2: Ec2, machineId: string | null): Promise<KnownThing[]> => {
  const pages = await allPages((token) =>
    ec2('DescribeInstances', {
      Filters: [...tagFilters(ctx, machineId), { Name: 'instance-state-name', Values: aliveStates }],
      ...paged(token),
    }),
  );
  return pages.flatMap(({ Reservations = [] }) =>
    Reservations.flatMap(({ Instances = [] }) => Instances).map((instance) => ({
      kind: 'instance',
      name: nameIn(instance.Tags) ?? '',
      providerId: instance.InstanceId ?? '',
      machineId: machineIn(instance.Tags),
      description: `${instance.InstanceType}, ${instance.State?.Name}, ${instance.Placement?.AvailabilityZone}`,
    })),
  );
};

const spotRequests = async (ctx: ProviderContext, ec2: Ec2, machineId: string | null): Promise<KnownThing[]> => {
  const requests = await openSpotRequests(ctx, ec2, machineId);
  return requests.map((request) => ({
    kind: 'spot-request',
    name: nameIn(request.Tags) ?? '',
    providerId: request.SpotInstanceRequestId ?? '',
    machineId: machineIn(request.Tags),
    description: `${request.Type}, ${request.Status?.Code}`,
  }));
};

const keyPairs = async (ctx: ProviderContext, ec2: Ec2, machineId: string | null): Promise<KnownThing[]> => {
  const { KeyPairs = [] } = await ec2('DescribeKeyPairs', { Filters: tagFilters(ctx, machineId) });
  return KeyPairs.map((pair) => ({
    kind: 'key-pair',
    name: pair.KeyName ?? '',
    providerId: pair.KeyPairId ?? '',
    machineId: machineIn(pair.Tags),
  }));
};

const securityGroups = async (ctx: ProviderContext, ec2: Ec2, machineId: string | null): Promise<KnownThing[]> => {
  const pages = await allPages((token) =>
    ec2('DescribeSecurityGroups', { Filters: tagFilters(ctx, machineId), ...paged(token) }),
  );
  return pages.flatMap(({ SecurityGroups = [] }) =>
    SecurityGroups.map((group) => ({
      kind: 'security-group',
      name: group.GroupName ?? '',
      providerId: group.GroupId ?? '',
      machineId: machineIn(group.Tags),
      description: group.VpcId ?? '',
    })),
  );
};

/** Everything that carries the team's tag, or the machine's, in the order in which it is made. */
export async function inventory(
  ctx: ProviderContext,
  ec2: Ec2,
  machineId: string | null,
): Promise<readonly KnownThing[]> {
  const lists = [];
  for (const list of [securityGroups, keyPairs, spotRequests, instances]) lists.push(await list(ctx, ec2, machineId));
  return lists.flat();
}

/** For all groups of a machine together. */
const groupSettleMs = 3 * 60_000;
/** While somebody waits in front of a page. */
const shortSettleMs = 40_000;
const everyMs = 3000;

const usersOf = async (ctx: ProviderContext, ec2: Ec2, groupId: string) => {
  ctx.signal.throwIfAborted();
  const { Reservations = [] } = await ec2('DescribeInstances', {
    Filters: [
      { Name: 'instance.group-id', Values: [groupId] },
      { Name: 'instance-state-name', Values: aliveStates },
    ],
  });
  return Reservations.flatMap(({ Instances = [] }) => Instances);
};

interface GroupToGo {
  readonly groupId: string;
  /** How long it may take until what used it lets go. */
  readonly settleMs: number;
}

/** Whether the group is gone; false where something still uses it. An instance that does would not go by waiting. */
async function deleteGroup(ctx: ProviderContext, ec2: Ec2, { groupId, settleMs }: GroupToGo): Promise<boolean> {
  const users = await usersOf(ctx, ec2, groupId);
  if (users.length > 0) return false;
  let isUsed = true;
  // An interface lets go of its groups a little after its instance is gone.
  await waitFor<void>({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs,
    timeoutMs: settleMs,
    timeout: { code: 'driver.failed', what: `The removal of ${groupId}` },
    onWaiting: (observed) => ctx.log.info(observed),
    poll: async () => {
      try {
        await ec2('DeleteSecurityGroup', { GroupId: groupId });
      } catch (error) {
        if (isAwsError(error, 'DependencyViolation', 'InvalidGroup.InUse')) {
          return { done: false, observed: `${groupId} is still in use.` };
        }
        // Allowed: it is gone already.
        if (!isAwsError(error, 'InvalidGroup.NotFound')) throw error;
      }
      isUsed = false;
      return { done: true, value: undefined };
    },
  }).catch((error: unknown) => {
    // Allowed: somebody else uses it; the caller says so.
    if (!isUsed || !(error instanceof AppError) || error.code !== 'driver.failed' || error.cause) throw error;
  });
  return !isUsed;
}

const inUse = (groupId: string, users: readonly string[]) =>
  new AppError({
    code: 'driver.failed',
    public: `The security group ${groupId} is still used${users.length > 0 ? ` by ${users.join(', ')}` : ''}. Take it from there first.`,
  });

/** Removes one thing; an instance ends a little later. Idempotent. Throws driver.failed where a security group is in use. */
async function orderRemoval(ctx: ProviderContext, ec2: Ec2, thing: { kind: string; providerId: string }) {
  const { kind, providerId } = thing;
  switch (kind) {
    case 'instance':
      return terminate(ec2, providerId);
    case 'spot-request':
      return cancelSpotRequest(ec2, providerId);
    case 'key-pair':
      try {
        await ec2('DeleteKeyPair', { KeyPairId: providerId });
      } catch (error) {
        if (!isAwsError(error, 'InvalidKeyPair*')) throw error;
      }
      return;
    case 'security-group': {
      if (await deleteGroup(ctx, ec2, { groupId: providerId, settleMs: shortSettleMs })) return;
      const users = await usersOf(ctx, ec2, providerId);
      throw inUse(
        providerId,
        users.flatMap(({ InstanceId }) => InstanceId ?? []),
      );
    }
    default:
      throw new AppError({ code: 'driver.failed', public: `Nobody knows what a ${kind} at Amazon is.` });
  }
}

/**
 * Removes one thing by its id, or by the name that its tag or itself has. An instance was told to end, and is not waited for;
 * from then on the inventory has it no more.
 */
export async function discard(ctx: ProviderContext, ec2: Ec2, { kind, name, providerId, machineId }: UnwantedThing) {
  const things = await inventory(ctx, ec2, machineId);
  const matches = things.filter((thing) =>
    providerId === null ? thing.kind === kind && thing.name === name : thing.providerId === providerId,
  );
  for (const match of matches) await orderRemoval(ctx, ec2, match);
}

/**
 * A group that other machines of the team use belongs to one of them from now on; one that strangers use stays, also in the
 * ledger. Whether it stays there.
 */
async function leaveGroup(ctx: DriverContext, ec2: Ec2, { name, providerId }: KnownThing): Promise<boolean> {
  const users = await usersOf(ctx, ec2, providerId);
  const heir = users.find(({ Tags }) => isOfTeam(ctx, Tags) && (machineIn(Tags) ?? ctx.machine.id) !== ctx.machine.id);
  const heirId = heir && machineIn(heir.Tags);
  if (heir && heirId) {
    await ec2('CreateTags', { Resources: [providerId], Tags: [{ Key: machineTag, Value: heirId }] });
    ctx.log.info(`Left the security group ${name} (${providerId}) to ${nameIn(heir.Tags)}, which uses it.`);
    return false;
  }
  const who = users.flatMap(({ InstanceId }) => InstanceId ?? []).join(', ');
  ctx.log.info(
    `Left the security group ${name} (${providerId}): ${who === '' ? 'something that is no instance' : who} uses it. Remove it in the AWS console, or on the Resources page, when nobody does.`,
  );
  // A group that was another machine's before has no entry of this one.
  const entry = await ctx.ledger.intend({ kind: 'security-group', name });
  if (entry.providerId === null) await ctx.ledger.created(entry.id, providerId);
  return true;
}

interface Known {
  readonly instanceId?: string | undefined;
  readonly groupIds?: readonly string[] | undefined;
  readonly addedRules?: readonly string[] | undefined;
  /** Of a key pair that was there before. */
  readonly keyPairName?: string | undefined;
}

/** Says what stays because the console has not made it. */
async function tellWhatStays({ log, signal }: DriverContext, ec2: Ec2, known: Known): Promise<void> {
  const { keyPairName, groupIds = [], addedRules = [] } = known;
  signal.throwIfAborted();
  if (keyPairName !== undefined) log.info(`Left the key pair ${keyPairName}: it was there before the machine.`);
  if (groupIds.length > 0) {
    const { SecurityGroups = [] } = await ec2('DescribeSecurityGroups', {
      Filters: [{ Name: 'group-id', Values: [...groupIds] }],
    });
    const names = SecurityGroups.map(({ GroupName, GroupId }) => `${GroupName} (${GroupId})`);
    if (names.length > 0) log.info(`These security groups of the machine stay: ${names.join(', ')}.`);
  }
  if (addedRules.length === 0) return;
  log.info(
    `Left what was opened for the machine: ${addedRules.join(', ')}. Close it in the AWS console if nothing else needs it.`,
  );
}

const appearsWithinMs = 60_000;
const lookAgainMs = 20_000;

/** What the waits of a removal add up to. */
export const removalWaitsMs = appearsWithinMs + lookAgainMs + endWaitMs + groupSettleMs;

const isListed = ({ kind, name, providerId }: LedgerEntry, things: readonly KnownThing[]): boolean =>
  things.some(
    (thing) => thing.kind === kind && (providerId === null ? thing.name === name : thing.providerId === providerId),
  );

/** Whether Amazon itself says that an instance has ended. */
const hasEnded = async (ec2: Ec2, { kind, providerId }: LedgerEntry): Promise<boolean> => {
  const instance = kind === 'instance' && providerId !== null ? await findInstance(ec2, providerId) : undefined;
  return instance !== undefined && isGone(instance);
};

/** The machine's things; what the ledger has, and Amazon does not list yet because it was just made, is waited for. */
async function thingsOf(ctx: DriverContext, ec2: Ec2): Promise<readonly KnownThing[]> {
  const until = ctx.clock.now().getTime() + appearsWithinMs;
  const entries = await ctx.ledger.list();
  for (;;) {
    const things = await inventory(ctx, ec2, ctx.machine.id);
    const awaited = [];
    for (const entry of entries) {
      if (!isListed(entry, things) && !(await hasEnded(ec2, entry))) awaited.push(entry.kind);
    }
    if (awaited.length === 0 || ctx.clock.now().getTime() >= until) return things;
    ctx.log.info(`Looking for what may have been made a moment ago: ${awaited.join(', ')}.`);
    await ctx.clock.sleep(lookAgainMs, ctx.signal);
  }
}

/** Takes everything back that was made for a machine, whatever the console has come to know of it. */
export async function removeThings(ctx: DriverContext, ec2: Ec2, known: Known) {
  const things = [...(await thingsOf(ctx, ec2))];
  // An id that the console has counts, even where Amazon does not list the instance yet.
  const { instanceId } = known;
  if (instanceId !== undefined && !things.some(({ providerId }) => providerId === instanceId)) {
    things.push({ kind: 'instance', name: ctx.machine.name, providerId: instanceId, machineId: ctx.machine.id });
  }
  const left = new Set<string>();
  // A lasting spot request would have its instance made again, and an instance holds its key pair and group.
  const order: readonly ThingKind[] = ['spot-request', 'instance', 'key-pair', 'security-group'];
  for (const kind of order) {
    const settledAt = ctx.clock.now().getTime() + groupSettleMs;
    for (const thing of things.filter((one) => one.kind === kind)) {
      const { providerId } = thing;
      if (
        kind === 'security-group' &&
        !(await deleteGroup(ctx, ec2, {
          groupId: providerId,
          settleMs: Math.max(0, settledAt - ctx.clock.now().getTime()),
        }))
      ) {
        if (await leaveGroup(ctx, ec2, thing)) left.add(providerId);
        continue;
      }
      if (kind !== 'security-group') await orderRemoval(ctx, ec2, thing);
      if (kind === 'instance') await waitUntilGone(ctx, ec2, providerId);
      ctx.log.info(`Removed ${kind} ${providerId}.`);
    }
    for (const { id, kind: own, providerId } of await ctx.ledger.list()) {
      if (own === kind && !left.has(providerId ?? '')) await ctx.ledger.gone(id);
    }
  }
  await tellWhatStays(ctx, ec2, known);
}
