import { type Ec2Account, Fault, type GroupThing, type InstanceThing } from './account.test-support';
import type { Wire } from './wire.test-support';

export interface Call {
  readonly account: Ec2Account;
  readonly region: string;
  readonly request: Wire;
}

export type Answer = (call: Call) => Wire;

export type Answers = Readonly<Record<string, Answer>>;

/** Those that are asked for by their ids; what is unknown, or too young to be known everywhere, is not found. */
export const byIds = <T extends GroupThing | InstanceThing>(
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

export const zoneOf = ({ region }: Call, letter: string) => `${region}${letter}`;

export const groupsOf = (call: Call, ids: readonly string[]): readonly GroupThing[] =>
  byIds(call, call.account.groups, { ids, code: 'InvalidGroup.NotFound' });

/** Ends a call that is a dry run where it would be done, as Amazon does. */
export const endDryRun = ({ account, request }: Call): void => {
  if (request['DryRun'] !== 'true' || account.ignoresDryRun) return;
  throw new Fault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
};
