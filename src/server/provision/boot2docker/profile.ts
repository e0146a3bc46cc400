import { quote } from '@/server/ssh/shell';

import { daemonFile } from './places';

const [begin, end] = ['# quaymaster: begin', '# quaymaster: end'];

/** What is the host's own. */
const withoutOurs = (profile: string): string => {
  const [from, to] = [profile.indexOf(begin), profile.indexOf(end)];
  if (from === -1 || to < from) return profile;
  return profile.slice(0, from) + profile.slice(to + end.length).replace(/^\n/, '');
};

/**
 * The profile with our part at its end, where it has the last word. DOCKER_REMOTE=no keeps the start script from making
 * certificates of its own: the port, the certificates and everything else come from EXTRA_ARGS and the settings file. Pure.
 */
export function profileText(
  former: string,
  { port, environment }: { port: number; environment: Readonly<Record<string, string>> },
): string {
  const own = withoutOurs(former).trimEnd();
  return [
    ...(own === '' ? [] : [own]),
    begin,
    'DOCKER_REMOTE=no',
    'DOCKER_TLS=no',
    'DOCKER_STORAGE=auto',
    `EXTRA_ARGS=${quote(`--config-file=${daemonFile} -H tcp://0.0.0.0:${port}`)}`,
    ...Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}`),
    end,
    '',
  ].join('\n');
}
