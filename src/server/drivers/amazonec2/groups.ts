import type { CreateSecurityGroupCommandInput, IpPermission, SecurityGroup } from '@aws-sdk/client-ec2';

import { waitFor } from '@/server/clock/wait-for';

import type { DriverContext, ProviderContext } from '../driver';
import type { Ec2 } from './calls';
import { dryRun, takeBack } from './dry-run';
import { isAwsError, refuse, refuseAll } from './errors';
import type { Ec2Options } from './options';
import { compareRules, countRules, type Rule, ruleText, toPermissions } from './rules';
import { isOfTeam, nameOf, tagsOf } from './tags';

const settleMs = 90_000;
const everyMs = 2000;

const isId = (text: string) => /^sg-[0-9a-f]{8,17}$/.test(text);

const groupNamed = async (ec2: Ec2, vpcId: string, name: string): Promise<SecurityGroup | undefined> => {
  const { SecurityGroups = [] } = await ec2('DescribeSecurityGroups', {
    Filters: [
      { Name: 'group-name', Values: [name] },
      { Name: 'vpc-id', Values: [vpcId] },
    ],
  });
  return SecurityGroups[0];
};

const groupById = async (ec2: Ec2, vpcId: string, id: string): Promise<SecurityGroup> => {
  const { SecurityGroups = [] } = await ec2('DescribeSecurityGroups', { GroupIds: [id] });
  const [group] = SecurityGroups;
  if (!group) throw refuse('securityGroups', `There is no security group ${id} in this region.`);
  if (group.VpcId !== vpcId) throw refuse('securityGroups', `${id} is in ${group.VpcId}, the machine in ${vpcId}.`);
  return group;
};

interface Found {
  readonly groups: readonly SecurityGroup[];
  /** Names of those that have to be made. */
  readonly toMake: readonly string[];
}

const find = async (ctx: DriverContext, ec2: Ec2, place: Place): Promise<Found> => {
  const { options, vpcId } = place;
  const wanted = options.securityGroups.length > 0 ? options.securityGroups : [nameOf(ctx)];
  const groups: SecurityGroup[] = [];
  const toMake: string[] = [];
  for (const text of wanted) {
    const group = isId(text) ? await groupById(ec2, vpcId, text) : await groupNamed(ec2, vpcId, text);
    // The same group may be named twice, also once by its name and once by its id.
    if (!group) {
      if (!toMake.includes(text)) toMake.push(text);
    } else if (!groups.some(({ GroupId }) => GroupId === group.GroupId)) groups.push(group);
  }
  return { groups, toMake };
};

interface Place {
  readonly options: Ec2Options;
  readonly vpcId: string;
  readonly rules: readonly Rule[];
}

const compared = (ctx: ProviderContext, groups: readonly SecurityGroup[], rules: readonly Rule[]) =>
  compareRules(
    rules,
    groups.map(({ GroupId = '', Tags, IpPermissions = [] }) => ({
      id: GroupId,
      isOwn: isOfTeam(ctx, Tags),
      permissions: IpPermissions,
    })),
  );

/** The group that missing rules go into: one that the console has made, or any where the member has said so. */
const changeable = (ctx: ProviderContext, groups: readonly SecurityGroup[], { maySecurityGroupsChange }: Ec2Options) =>
  groups.find(({ Tags }) => isOfTeam(ctx, Tags)) ?? (maySecurityGroupsChange ? groups[0] : undefined);

const shown = (rules: readonly Rule[]): string => rules.map(ruleText).join(', ');

/** Amazon's quota of inbound rules in a group, unless the account has asked for more. */
const rulesMax = 60;

/** Throws input.invalid at the options that give rise to more rules than a group takes. */
function assertFits(present: readonly IpPermission[], missing: readonly Rule[]): void {
  const count = countRules([...present, ...toPermissions(missing, '')]);
  if (missing.length === 0 || count <= rulesMax) return;
  throw refuseAll(
    ['allowedSources', 'openPorts'],
    `Each port for each source is a rule, and a security group takes ${rulesMax}: this makes ${count}. Give fewer sources or ports, or one block for several sources; or choose a security group that has the rules already.`,
  );
}

/**
 * Throws input.invalid where existing groups lack rules that the console may not add, and driver.not-allowed where the
 * credential may not make or change a group that has to be; says which. Changes nothing, but for rules in a group that the console
 * may change, at an endpoint that does not know dry runs.
 */
export async function checkGroups(ctx: DriverContext, ec2: Ec2, place: Place): Promise<void> {
  const { groups, toMake } = await find(ctx, ec2, place);
  const target = changeable(ctx, groups, place.options);
  const { missing, unsure } = compared(ctx, groups, place.rules);
  for (const { rule, openTo } of unsure) {
    ctx.log.info(`${rule.port}/${rule.protocol} is open to ${openTo.join(', ')}, which ${rule.source} may not be in.`);
  }
  const isForNew = toMake.length > 0;
  if (isForNew || target) assertFits(isForNew ? [] : (target?.IpPermissions ?? []), missing);
  for (const name of toMake) {
    const made = await dryRun(ec2('CreateSecurityGroup', { ...groupToMake(ctx, { name, place }), DryRun: true }));
    const groupId = made?.GroupId;
    if (groupId) await takeBack(ctx, groupId, () => ec2('DeleteSecurityGroup', { GroupId: groupId }));
  }
  if (missing.length === 0 || isForNew) return;
  const names = groups.map(({ GroupName, GroupId }) => GroupName ?? GroupId).join(', ');
  const group = target?.GroupId;
  if (group !== undefined) {
    await dryRun(
      ec2('AuthorizeSecurityGroupIngress', {
        GroupId: group,
        IpPermissions: toPermissions(missing, group),
        DryRun: true,
      }),
    );
    ctx.log.info(`To be added to ${names}: ${shown(missing)}.`);
    return;
  }
  throw refuse(
    'securityGroups',
    `${names} ${groups.length === 1 ? 'lacks' : 'lack'} ${shown(missing)}. Add that in the AWS console, or allow the console to add missing rules.`,
  );
}

async function make(ctx: DriverContext, ec2: Ec2, { name, place }: { name: string; place: Place }): Promise<string> {
  const entry = await ctx.ledger.intend({ kind: 'security-group', name });
  const known = await groupNamed(ec2, place.vpcId, name);
  const made = known?.GroupId ?? (await createOrFind(ctx, ec2, { name, place }));
  await ctx.ledger.created(entry.id, made);
  return made;
}

const groupToMake = (
  ctx: DriverContext,
  { name, place: { vpcId, options } }: { name: string; place: Place },
): CreateSecurityGroupCommandInput => ({
  GroupName: name,
  Description: `Docker hosts of the team ${ctx.team.slug}, made by Quaymaster`,
  VpcId: vpcId,
  TagSpecifications: [{ ResourceType: 'security-group', Tags: tagsOf(ctx, name, options) }],
});

async function createOrFind(ctx: DriverContext, ec2: Ec2, { name, place }: { name: string; place: Place }) {
  const { vpcId } = place;
  try {
    const { GroupId = '' } = await ec2('CreateSecurityGroup', groupToMake(ctx, { name, place }));
    ctx.log.info(`Made security group ${GroupId}, ${name}.`);
    return GroupId;
  } catch (error) {
    // Allowed: an answer was lost, or another machine made the shared group at the same moment.
    if (!isAwsError(error, 'InvalidGroup.Duplicate')) throw error;
    const group = await settled(ctx, `security group ${name}`, () => groupNamed(ec2, vpcId, name));
    return group.GroupId ?? '';
  }
}

/** Asks until what was just made is known everywhere. */
const settled = <T>(ctx: ProviderContext, what: string, ask: () => Promise<T | undefined>): Promise<T> =>
  waitFor({
    clock: ctx.clock,
    signal: ctx.signal,
    everyMs,
    timeoutMs: settleMs,
    timeout: { code: 'driver.failed', what: `The appearance of ${what}` },
    poll: async () => {
      try {
        const value = await ask();
        return value === undefined ? { done: false, observed: 'Amazon does not know it yet' } : { done: true, value };
      } catch (error) {
        if (!isAwsError(error, 'InvalidGroup.NotFound')) throw error;
        return { done: false, observed: 'Amazon does not know it yet' };
      }
    },
  });

const addRules = async (ctx: DriverContext, ec2: Ec2, { group, rules }: { group: string; rules: readonly Rule[] }) => {
  try {
    await settled(ctx, `security group ${group}`, async () => {
      await ec2('AuthorizeSecurityGroupIngress', { GroupId: group, IpPermissions: toPermissions(rules, group) });
      return true;
    });
    ctx.log.info(`Opened in ${group}: ${shown(rules)}.`);
  } catch (error) {
    // Allowed: an answer was lost, or another machine of the group was quicker; the next look tells what still lacks.
    if (!isAwsError(error, 'InvalidPermission.Duplicate')) throw error;
  }
};

const roundsMax = 4;

/**
 * The ids of the security groups of a machine, with every rule that it needs; those that are not there are made, and those of
 * others are changed only where the options say so.
 */
export async function ensureGroups(
  ctx: DriverContext,
  ec2: Ec2,
  place: Place & {
    /** Called before rules are added to a group that the console has not made, with what they are in words. */
    readonly noteAdded: (rules: readonly string[]) => Promise<void>;
  },
): Promise<readonly string[]> {
  const { groups, toMake } = await find(ctx, ec2, place);
  const made: string[] = [];
  const own = nameOf(ctx);
  for (const name of toMake) made.push(await make(ctx, ec2, { name, place }));
  for (const group of groups) {
    if (group.GroupName !== own || !isOfTeam(ctx, group.Tags)) continue;
    // Made by an earlier try that did not come to write it down.
    const entry = await ctx.ledger.intend({ kind: 'security-group', name: own });
    if (entry.providerId === null) await ctx.ledger.created(entry.id, group.GroupId ?? '');
  }
  const ids = [...groups.flatMap(({ GroupId }) => GroupId ?? []), ...made];
  for (let round = 1; round <= roundsMax; round += 1) {
    const known = await settled(ctx, 'its security groups', async () => {
      const { SecurityGroups = [] } = await ec2('DescribeSecurityGroups', { GroupIds: [...ids] });
      return SecurityGroups.length === ids.length ? SecurityGroups : undefined;
    });
    const { missing } = compared(ctx, known, place.rules);
    if (missing.length === 0) break;
    const changed = changeable(ctx, known, place.options);
    const group = changed?.GroupId;
    if (group === undefined || round === roundsMax) {
      throw refuse('securityGroups', `The security groups lack ${shown(missing)}.`);
    }
    if (!isOfTeam(ctx, changed?.Tags)) await place.noteAdded(missing.map((rule) => `${ruleText(rule)} in ${group}`));
    // One at a time: a single duplicate would have the whole list refused.
    for (const rules of round === 1 ? [missing] : missing.map((rule) => [rule])) {
      await addRules(ctx, ec2, { group, rules });
    }
  }
  return ids;
}
