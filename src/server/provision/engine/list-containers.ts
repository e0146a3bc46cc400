import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import { localApi } from './local-api';

/** A running container as the host knows it: a restart gives it another process. */
export interface RunningContainer {
  /** 64 hex digits. */
  readonly id: string;
  readonly name: string;
  readonly pid: number;
}

const list = sh`set -u
${localApi}
engine_active || exit 0
for id in $(running_ids); do
  about=$(engine_get "/containers/$id/json") || continue
  pid=$(printf '%s' "$about" | grep -o '"Pid":[0-9]*' | head -n 1 | cut -d: -f2)
  name=$(printf '%s' "$about" | grep -o '"Name":"/[^"]*"' | head -n 1 | cut -d/ -f2 | cut -d'"' -f1)
  fact container "$id $pid $name"
done`;

/** The containers that run on the host, by id, with their process ids. An engine that does not run has none to tell of. */
export async function listContainers(ctx: ProvisionContext): Promise<RunningContainer[]> {
  const { report } = await runScript(ctx, { name: 'list the running containers', script: list, timeoutMs: 120_000 });
  return report.all('container').flatMap((fact) => {
    const [id, pid, ...name] = fact.split(' ');
    return id && pid ? [{ id, name: name.join(' '), pid: Number(pid) }] : [];
  });
}
