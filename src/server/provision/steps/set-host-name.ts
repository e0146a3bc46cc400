import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { ensureFiles, type HostFile } from '../host/files';
import { cloudHostNameFile, hostNameFile, hostsFile } from '../host/paths';
import { runScript } from '../host/run';

const probe = sh`fact name "$(hostname)"
[ ! -d /etc/cloud/cloud.cfg.d ] || fact cloud yes
[ ! -e ${hostsFile} ] || blob hosts < ${hostsFile}
[ ! -e ${hostNameFile} ] || blob file < ${hostNameFile}`;

/**
 * /etc/hosts with a line for the name, so that sudo and others can resolve it; as it is where some line has it already.
 * A line of its own, because the first name of a line is what `hostname -f` answers for all of them.
 */
export function withHostName(hosts: string, name: string): string {
  const names = hosts.split('\n').flatMap((line) => line.replace(/#.*$/, '').trim().split(/\s+/).slice(1));
  if (names.includes(name)) return hosts;
  const separator = hosts === '' || hosts.endsWith('\n') ? '' : '\n';
  return `${hosts}${separator}127.0.1.1\t${name}\n`;
}

/** Sets the host's name, for good: the kernel's, /etc/hostname, /etc/hosts, and cloud-init told to leave it alone. Idempotent. */
export async function setHostName(ctx: ProvisionContext, { name }: { name: string }): Promise<{ former: string }> {
  const { report } = await runScript(ctx, { name: 'read the host name', script: probe, timeoutMs: 30_000 });
  const former = report.get('name');
  const hosts = report.text('hosts');
  const wantedHosts = withHostName(hosts, name);
  const files: HostFile[] = [
    { path: hostNameFile, content: `${name}\n`, mode: 0o644 },
    ...(wantedHosts === hosts ? [] : [{ path: hostsFile, content: wantedHosts, mode: 0o644 }]),
    ...(report.is('cloud') ? [{ path: cloudHostNameFile, content: 'preserve_hostname: true\n', mode: 0o644 }] : []),
  ];
  if (former === name && report.text('file').trim() === name && wantedHosts === hosts && !report.is('cloud')) {
    ctx.log.info(`The host's name is ${name} already.`);
    return { former };
  }
  await ensureFiles(ctx, { name: 'write the host name', files });
  if (former !== name) {
    await runScript(ctx, { name: 'set the host name', script: sh`hostname -- ${name}`, timeoutMs: 30_000 });
    ctx.log.info(`The host's name was ${former} and is ${name} now.`);
  }
  return { former };
}
