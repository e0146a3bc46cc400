import { isIP } from 'node:net';

import { z } from 'zod';

/** One line of text for a person or a program: no control characters, so nothing can start a new line or a new setting. */
export const noControlCharacters = /^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$/;

export const plainLine = (max: number) =>
  z.string().max(max).regex(noControlCharacters, 'Must be one line without control characters.');

const urlCharacters = /^[A-Za-z0-9.:/?&=%_~+,;@!*()-]*$/;

export interface UrlRule {
  readonly schemes: readonly string[];
}

/** Why a URL cannot be taken, or null. Names and passwords in it would end up in files and logs, and are refused. */
function urlProblem(text: string, { schemes }: UrlRule): string | null {
  if (!urlCharacters.test(text)) return 'Holds a character that a URL cannot have as it is.';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return `Must be a URL that begins with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`;
  }
  if (!schemes.includes(url.protocol)) {
    return `Must begin with ${schemes.map((scheme) => `${scheme}//`).join(' or ')}.`;
  }
  if (url.username || url.password) return 'Must not hold a user name or a password.';
  if (url.protocol === 'file:' ? !url.pathname.startsWith('/') : !url.hostname) return 'Has no host name.';
  return null;
}

export const url = (rule: UrlRule) =>
  z
    .string()
    .max(2048)
    .superRefine((text, issues) => {
      const problem = urlProblem(text, rule);
      if (problem !== null) issues.addIssue({ code: 'custom', message: problem });
    });

export const webUrl = () => url({ schemes: ['https:', 'http:'] });

const hostName =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

const isPort = (text: string) => /^[0-9]{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

function isAddressRange(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const family = isIP(address);
  return rest.length === 0 && family !== 0 && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}

/** "registry.example.org", "10.0.0.5:5000", "[fd00::1]:5000" or "10.0.0.0/8". */
export function isRegistryAddress(text: string): boolean {
  if (text.includes('/')) return isAddressRange(text);
  const [, six, sixPort] = /^\[([^\]]*)\](?::(.*))?$/.exec(text) ?? [];
  if (six !== undefined) return isIP(six) === 6 && (sixPort === undefined || isPort(sixPort));
  const [name = '', port, ...rest] = text.split(':');
  return rest.length === 0 && hostName.test(name) && (port === undefined || isPort(port));
}
