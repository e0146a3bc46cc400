import 'server-only';
import { AppError } from '@/server/errors/app-error';
import { consoleCredentials } from '@/server/operations/pki/console-credentials';
import type { EngineEndpoint } from '@/server/provision/engine-client';
import type { Runtime } from '@/server/runtime';

import type { LoadedMachine } from './load-machine';
import { reachedBy, routeTo } from './route-to';

/** How the console reaches a machine's engine, with its own certificate. Throws machine.wrong-state where it has no address. */
export async function engineEndpointFor(runtime: Runtime, machine: LoadedMachine): Promise<EngineEndpoint> {
  const { address, enginePort } = machine.target;
  const { name, teamId } = machine.row;
  if (address === null) throw new AppError({ code: 'machine.wrong-state', public: `${name} has no address yet.` });
  const dial = routeTo(runtime, teamId, machine.target);
  return { ...reachedBy(dial, { address, port: enginePort }), tls: await consoleCredentials(runtime, teamId) };
}
