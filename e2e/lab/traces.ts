import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/**
 * Everything in which a host or database shows on this machine while it is there: processes, mounts, control groups,
 * network links, firewall tables, addresses in the neighbour table, folders. Empty when it has gone without a trace.
 */
export function tracesOf(name: string): string[] {
  return [...processes(name), ...mounts(name), ...controlGroups(name), ...network(name), ...folders(name)];
}

function processes(name: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const commandLine = readProcess(pid, 'cmdline').split('\0').filter(Boolean);
    const isNamed = commandLine.some((argument) => new RegExp(`(^|[/=:])${name}($|[/:])`).test(argument));
    const isInGroup = readProcess(pid, 'cgroup').includes(`/${name}/`);
    if (isNamed || isInGroup) found.push(`process ${pid}: ${commandLine.join(' ')}`);
  }
  return found;
}

/** Gone in the meantime is as good as not there. */
function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

const mounts = (name: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(`/${name}/`) || line.includes(`/${name} `))
    .map((line) => `mount ${line}`);

const controlGroups = (name: string): string[] =>
  ['', 'systemd', 'unified']
    .map((hierarchy) => `/sys/fs/cgroup/${hierarchy}/${name}`)
    .filter((path) => existsSync(path));

function network(name: string): string[] {
  const address = `10.77.0.${10 + Number(name.replace(/\D/g, ''))}`;
  const links = execFileSync('ip', ['-oneline', 'link'], { encoding: 'utf8' });
  const tables = execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' });
  const neighbours = execFileSync('ip', ['neighbour'], { encoding: 'utf8' });
  return [
    ...links.split('\n').filter((line) => line.includes(`vb-${name}@`) || line.includes(`vb-${name}:`)),
    ...tables.split('\n').filter((line) => line.endsWith(` ${name}`)),
    ...neighbours.split('\n').filter((line) => name.startsWith('qmlab') && line.startsWith(`${address} `)),
  ];
}

const folders = (name: string): string[] =>
  [`/run/quaymaster-lab/hosts/${name}`, `/run/quaymaster-lab/databases/${name}`].filter((path) => existsSync(path));
