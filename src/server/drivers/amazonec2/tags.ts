import type { Filter, Tag } from '@aws-sdk/client-ec2';

import type { DriverContext, ProviderContext } from '../driver';
import type { Ec2Options } from './options';

const teamTag = 'quaymaster:team';
export const machineTag = 'quaymaster:machine';

/** As the ledger and the resources page name them. */
export const thingKinds = ['security-group', 'key-pair', 'spot-request', 'instance'] as const;
export type ThingKind = (typeof thingKinds)[number];

/** The name of what is made for one machine: no two machines have the same, also not one after the other. */
export const nameOf = ({ team, machine }: DriverContext): string =>
  `quaymaster-${team.slug}-${machine.name}-${machine.id.slice(-8)}`;

/** The tags of everything that is made for a machine: whose it is, its name, and those of the member. */
export const tagsOf = ({ team, machine }: DriverContext, name: string, { tags }: Ec2Options): Tag[] => [
  { Key: 'Name', Value: name },
  { Key: teamTag, Value: team.id },
  { Key: machineTag, Value: machine.id },
  ...Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
];

export const tagFilters = ({ team }: Pick<ProviderContext, 'team'>, machineId: string | null): Filter[] => [
  { Name: `tag:${teamTag}`, Values: [team.id] },
  ...(machineId === null ? [] : [{ Name: `tag:${machineTag}`, Values: [machineId] }]),
];

const valueOf = (tags: readonly Tag[] | undefined, key: string): string | undefined =>
  tags?.find((tag) => tag.Key === key)?.Value;

export const machineIn = (tags: readonly Tag[] | undefined): string | null => valueOf(tags, machineTag) ?? null;
export const nameIn = (tags: readonly Tag[] | undefined): string | undefined => valueOf(tags, 'Name');

/** Whether the console has made it for this team. */
export const isOfTeam = ({ team }: Pick<ProviderContext, 'team'>, tags: readonly Tag[] | undefined): boolean =>
  valueOf(tags, teamTag) === team.id;

/** Every page of an answer that comes in pages. */
export async function allPages<Page extends { NextToken?: string | undefined }>(
  ask: (NextToken: string | undefined) => Promise<Page>,
): Promise<readonly Page[]> {
  const pages: Page[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    pages.push(page);
    token = page.NextToken || undefined;
  } while (token !== undefined);
  return pages;
}

/** A token for `NextToken`, left out on the first page. */
export const paged = (token: string | undefined) => (token === undefined ? {} : { NextToken: token });
