import { daemonFile } from '../host/paths';
import type { Serving } from './serving';
import { quoteUnitValue } from './unit-file';

const header = '# Written by Quaymaster. Changes are lost; restoring the host from the console removes the file.\n';

/**
 * docker.socket passes the port on as it is, and dockerd takes it without TLS when daemon.json no longer asks for it:
 * whoever replaces that file would open the engine to everybody. So the engine does not start then.
 */
const guard = `ExecStartPre=/bin/sh -c "grep -Eqs '.tlsverify.[[:space:]]*:[[:space:]]*true' ${daemonFile} || { echo 'tlsverify is missing in ${daemonFile}: without it anybody could use the engine over the network. Put it back, or restore the host from the Quaymaster console.' >&2; exit 1; }"\n`;

/** The drop-in of docker.service, or null where none is needed. */
export function serviceDropInText(serving: Serving, environment: Readonly<Record<string, string>>): string | null {
  const lines = [
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoteUnitValue(`${name}=${value}`)}\n`),
    ...(serving.execStart === null
      ? []
      : [`ExecStart=\nExecStart=${serving.execStart.map(({ raw }) => raw).join(' ')}\n`]),
    ...(serving.way === 'socket' ? [guard] : []),
  ];
  return lines.length === 0 ? null : `${header}[Service]\n${lines.join('')}`;
}

/** The drop-in of docker.socket, or null where systemd does not serve the port. One line listens on IPv4 and IPv6. */
export function socketDropInText(serving: Serving, port: number): string | null {
  return serving.way === 'socket' ? `${header}[Socket]\nListenStream=${port}\nBindIPv6Only=both\n` : null;
}
