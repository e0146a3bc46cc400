import { type ClientShell, home, quoteWord, setVariable, type ShellValue, unsetVariable } from './client-shell';

/** An engine, and the files with which a person reaches it. */
export interface EngineClient {
  /** The machine's name. */
  readonly name: string;
  /** DNS name, IPv4 or IPv6 address without brackets. */
  readonly address: string;
  readonly port: number;
  /** Where ca.pem, cert.pem and key.pem lie on the person's computer; a leading "~/" stands for the home folder. */
  readonly folder: string;
}

/** What to type, in one shell. */
export interface DockerClientLines {
  readonly createContext: string;
  readonly useContext: string;
  /** Back to the context that docker comes with, because one in use cannot be removed. */
  readonly leaveContext: string;
  readonly removeContext: string;
  readonly setEnvironment: readonly string[];
  readonly unsetEnvironment: readonly string[];
}

/**
 * The lines that point a docker client at an engine, for one shell: a context, or the environment of a session.
 * Every value is quoted for that shell. In PowerShell before 7.3 a folder with a comma works in the environment only,
 * because it drops the quotes that docker needs around it. Throws RangeError for control characters and bad ports.
 * Source: docker/machine `env` (order and forms), docker/cli `context create` (a list of pairs in CSV).
 */
export function dockerClientLines(client: EngineClient, shell: ClientShell): DockerClientLines {
  const context = contextNameFor(client.name);
  const url = engineUrl(client.address, client.port);
  const folder = readFolder(client.folder, shell);
  const endpoint = joinPairs([
    [`host=${url}`],
    ['ca=', ...fileIn(folder, 'ca.pem')],
    ['cert=', ...fileIn(folder, 'cert.pem')],
    ['key=', ...fileIn(folder, 'key.pem')],
  ]);
  const environment = { DOCKER_TLS_VERIFY: ['1'], DOCKER_HOST: [url], DOCKER_CERT_PATH: folder.value };
  return {
    createContext: `docker context create ${context} --docker ${quoteWord(shell, endpoint)}`,
    useContext: `docker context use ${context}`,
    leaveContext: 'docker context use default',
    removeContext: `docker context rm ${context}`,
    setEnvironment: Object.entries(environment).map(([name, value]) => setVariable(shell, name, value)),
    unsetEnvironment: Object.keys(environment).map((name) => unsetVariable(shell, name)),
  };
}

/** "tcp://host:port" with brackets around an IPv6 address and its zone escaped. Throws RangeError for a bad port. */
export function engineUrl(address: string, port: number): string {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new RangeError(`not a port: ${port}`);
  return `tcp://${address.includes(':') ? `[${address.replace('%', '%25')}]` : address}:${port}`;
}

/**
 * A name that docker takes for a context: two or more of a-z, A-Z, 0-9, "_", ".", "+" and "-", the first a letter or a
 * digit, and not "default". Source: docker/cli cli/context/store/store.go.
 */
export function contextNameFor(machineName: string): string {
  const name = machineName.replaceAll(/[^a-zA-Z0-9_.+-]+/g, '-').replace(/^[^a-zA-Z0-9]+/, '');
  return name.length < 2 || name === 'default' ? `${name || 'engine'}-host` : name;
}

interface ClientFolder {
  readonly value: ShellValue;
  readonly separator: string;
}

/** cmd alone wants backslashes; PowerShell also runs elsewhere, and docker takes both on Windows. */
function readFolder(folder: string, shell: ClientShell): ClientFolder {
  const isRoot = /^([A-Za-z]:)?[/\\]$/.test(folder);
  const path = (isRoot ? folder : folder.replace(/[/\\]+$/, '')) || '.';
  if (/^~([/\\]|$)/.test(path)) {
    const rest = path.slice(1);
    return shell === 'cmd'
      ? { value: [home, rest.replaceAll('/', '\\')], separator: '\\' }
      : { value: [home, rest], separator: '/' };
  }
  const separator = isRoot ? '' : /^([A-Za-z]:|\\)/.test(path) ? '\\' : '/';
  return { value: [path], separator };
}

const fileIn = ({ value, separator }: ClientFolder, name: string): ShellValue => [...value, separator, name];

/** Joins pairs with commas as CSV, the way docker reads them: a pair with a comma or a quote stands in quotes. */
function joinPairs(pairs: readonly ShellValue[]): ShellValue {
  return pairs.flatMap((pair, index) => {
    const needsQuotes = pair.some((part) => typeof part === 'string' && /[",]/.test(part));
    const doubled = pair.map((part) => (typeof part === 'string' ? part.replaceAll('"', '""') : part));
    const quoted = needsQuotes ? ['"', ...doubled, '"'] : pair;
    return index === 0 ? quoted : [',', ...quoted];
  });
}
