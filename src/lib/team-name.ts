import { z } from 'zod';

import { printableText } from './printable-text';

/** As an organisation name in certificates holds at most 64 characters (RFC 5280 appendix A). */
export const teamNameSchema = printableText(64);

const slugMax = 40;

/** The short name of a team in addresses. */
export const teamSlugSchema = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    `has 1 to ${slugMax} small letters, digits and dashes, with no dash at either end`,
  );

/** The short name that a team's name suggests: "Édge & Core" gives "edge-core". Empty where no letter or digit is left. Pure. */
export function suggestTeamSlug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, slugMax)
    .replace(/^-+|-+$/g, '');
}
