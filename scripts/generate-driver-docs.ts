// npm run docs:drivers: writes docs/drivers from the registry, so that the tables cannot differ from the forms.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type OptionSchema, variantKind } from '@/lib/option-schema';
import { describeOptions } from '@/server/drivers/describe-options';
import { type Driver, optionalVerbs } from '@/server/drivers/driver';
import { allDrivers } from '@/server/drivers/registry';

import { table } from './markdown-table';
import { flagsOf, parityFile, parityPage } from './parity';

export const driverDocsFolder = fileURLToPath(new URL('../docs/drivers/', import.meta.url));

const bounds = ({ minimum, maximum }: OptionSchema) => {
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  return minimum === undefined ? '' : `${minimum} or more`;
};

const thingsOfTeam = {
  'ssh-key': "one of the team's SSH keys",
  hypervisor: "one of the team's hypervisor hosts",
  credential: "one of the team's credentials",
  image: "one of the team's images",
} as const satisfies Record<NonNullable<OptionSchema['widget']>, string>;

const valuesOf = (field: OptionSchema): string => {
  if (field.widget) return thingsOfTeam[field.widget];
  if (field.oneOf) return field.oneOf.map((variant) => `\`${variantKind(variant) ?? ''}\``).join(', ');
  if (field.enum) return field.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (field.type === 'boolean') return 'yes or no';
  if (field.type === 'array') return 'list';
  return [bounds(field), field.unit ?? ''].filter(Boolean).join(' ') || 'text';
};

const startOf = (field: OptionSchema, isRequired: boolean): string => {
  if (isRequired) return 'required';
  return field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``;
};

function optionCells(name: string, field: OptionSchema, isRequired: boolean): readonly string[] {
  const about = [field.description, field.secret && 'Sealed at rest, never shown again.'].filter(Boolean).join(' ');
  const flag = flagsOf(field)
    .map((name) => `\`--${name}\``)
    .join(', ');
  return [`\`${name}\``, field.title ?? name, valuesOf(field), startOf(field, isRequired), about, flag];
}

const optionHead = ['option', 'title', 'values', 'default', 'about', 'docker-machine'];

type Field = readonly [name: string, field: OptionSchema];

const optionTable = (fields: readonly Field[], required: readonly string[]): string =>
  table(
    optionHead,
    fields.map(([name, field]) => optionCells(name, field, required.includes(name))),
  );

/** One of several kinds of a value, with the fields that only it has. */
function variantPart(name: string, variant: OptionSchema): string {
  const kind = variantKind(variant) ?? '';
  const { title = kind, description = '', properties = {}, required = [] } = variant;
  const inside = (field: string) => `${name}.${field}`;
  const fields = Object.entries(properties).flatMap(([field, schema]): Field[] =>
    field === 'kind' ? [] : [[inside(field), schema]],
  );
  const first = [`\`${inside('kind')}\` is \`${kind}\`.`, description].filter(Boolean).join(' ');
  const parts = [`### ${title}`, first, ...(fields.length > 0 ? [optionTable(fields, required.map(inside))] : [])];
  return parts.join('\n\n');
}

/** What a member enters for an account at the provider: what all have, and a part for each variant. */
function credentialSection({ credential }: Driver): string {
  if (!credential) return '';
  const { properties = {}, required = [] } = describeOptions(credential.schema);
  const fields = Object.entries(properties);
  const unions = fields.filter(([, field]) => field.oneOf);
  const variants = unions.flatMap(([name, { oneOf = [] }]) => oneOf.map((variant) => variantPart(name, variant)));
  const parts = [
    '## Credential',
    'The team keeps it under **Credentials**. Admins enter it, and the provider is asked who it is.',
    optionTable(fields, required),
    ...variants,
  ];
  return `\n${parts.join('\n\n')}\n`;
}

function verbLines(driver: Driver): string {
  const has = optionalVerbs.filter((verb) => driver[verb] !== undefined);
  const lacks = optionalVerbs.flatMap((verb) => {
    const reason = driver.unsupported[verb];
    return reason === undefined ? [] : [`- **${verb}**: ${reason}`];
  });
  const compared =
    driver.unsupported.account ?? 'The console compares what is there with what it should be, on the Resources page.';
  const first = `Beside create and remove: ${has.length > 0 ? has.join(', ') : 'nothing'}.`;
  const verbs = lacks.length > 0 ? `${first} What it lacks, and why:\n\n${lacks.join('\n')}` : first;
  return `${verbs}\n\n${compared}`;
}

/** One sentence is a paragraph, several are a list. */
const blockOf = (sentences: readonly string[]): string =>
  sentences.length === 1 ? sentences.join('') : sentences.map((sentence) => `- ${sentence}`).join('\n');

function docsSections({ docs }: Driver): string {
  if (!docs) return '';
  const sections = [
    { title: 'Permissions', markdown: blockOf(docs.permissions) },
    { title: 'What costs', markdown: blockOf(docs.costs) },
    { title: 'What Remove takes back', markdown: blockOf(docs.removal) },
    ...(docs.sections ?? []),
    { title: 'How it is tested', markdown: blockOf(docs.testing) },
  ];
  return sections.map(({ title, markdown }) => `\n## ${title}\n\n${markdown}\n`).join('');
}

/** The page of one driver, as Markdown. Pure. */
export function driverPage(id: string, driver: Driver): string {
  const { properties = {}, required = [] } = describeOptions(driver.options);
  return `<!-- Generated by npm run docs:drivers from src/server/drivers/${id}. Change it there. -->

# ${driver.label}

${driver.description}

**Needs:** ${driver.needs}

## Options

${optionTable(Object.entries(properties), required)}
${credentialSection(driver)}
## What it can do

${verbLines(driver)}
${docsSections(driver)}`;
}

/** Every page by its file name; drivers for development have none. */
export const driverPages = (): ReadonlyMap<string, string> =>
  new Map(
    allDrivers
      .filter(({ driver }) => driver.availability === 'production')
      .map(({ id, driver }) => [`${id}.md`, driverPage(id, driver)]),
  );

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = driverPages();
  for (const name of readdirSync(driverDocsFolder)) if (!pages.has(name)) rmSync(driverDocsFolder + name);
  for (const [name, text] of pages) writeFileSync(driverDocsFolder + name, text);
  writeFileSync(parityFile, parityPage(allDrivers));
}
