import 'server-only';
import { type MachineFilter, type MachineFilterKey } from '@/lib/machine-filter';
import { Prisma } from '@/server/db/generated/client';

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);
const containing = (text: string): string => `%${escaped(text)}%`;

const label = (value: string): Prisma.Sql => {
  const [key = '', ...rest] = value.split('=');
  return rest.length === 0
    ? Prisma.sql`m."labels" ->> ${key} is not null`
    : Prisma.sql`m."labels" ->> ${key} = ${rest.join('=')}`;
};

const owner = (value: string): Prisma.Sql => Prisma.sql`exists (
  select 1 from "User" o where o."id" = m."ownerId"
  and (o."email" ilike ${containing(value)} or o."name" ilike ${containing(value)}))`;

const conditionOf: Readonly<Record<MachineFilterKey, (value: string) => Prisma.Sql>> = {
  state: (value) => Prisma.sql`m."state"::text = ${value.toLowerCase()}`,
  problem: (value) => Prisma.sql`m."problem" = ${value.toLowerCase()}`,
  driver: (value) => Prisma.sql`m."driver" = ${value.toLowerCase()}`,
  name: (value) => Prisma.sql`m."name" ilike ${containing(value)}`,
  address: (value) => Prisma.sql`m."address" ilike ${containing(value)}`,
  label,
  owner,
};

const anywhere = (word: string): Prisma.Sql => Prisma.sql`(
  m."name" ilike ${containing(word)} or m."address" ilike ${containing(word)}
  or exists (
    select 1 from jsonb_each_text(m."labels") as pair(key, value)
    where pair.key || '=' || pair.value ilike ${containing(word)}))`;

/** The filter over the rows of "Machine" m of one team, as SQL. What is typed only ever becomes a parameter. */
export function machineConditions(teamId: string, filter: MachineFilter): Prisma.Sql {
  if (filter.isImpossible) return Prisma.sql`false`;
  const alternatives = [...filter.alternatives].map(
    ([key, values]) => Prisma.sql`(${Prisma.join(values.map(conditionOf[key]), ' or ')})`,
  );
  return Prisma.join([Prisma.sql`m."teamId" = ${teamId}`, ...alternatives, ...filter.words.map(anywhere)], ' and ');
}
