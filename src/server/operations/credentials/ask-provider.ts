import 'server-only';
import type { CredentialIdentity } from '@/server/drivers/driver';
import { type AppError, toAppError } from '@/server/errors/app-error';
import { providerContextFor, silentLog } from '@/server/operations/ledger/driver-context-for';
import { within } from '@/server/operations/ledger/within';
import type { TeamContext } from '@/server/operations/team-context';

import { credentialOf } from './credential-row';

const timeoutMs = 25_000;

export type ProviderAnswer =
  | { readonly identity: CredentialIdentity; readonly error: null }
  | { readonly identity: null; readonly error: AppError };

/** Asks the provider who the values are. Never throws what the provider or the way to it is to blame for: it is the answer. */
export async function askProvider(
  { runtime, actor }: TeamContext,
  { driver, values }: { driver: string; values: Record<string, unknown> },
): Promise<ProviderAnswer> {
  const team = { id: actor.teamId, slug: actor.teamSlug };
  try {
    const identity = await within(timeoutMs, (signal) =>
      credentialOf(driver).check(providerContextFor(runtime, { team, driver }, { signal, log: silentLog }), values),
    );
    return { identity, error: null };
  } catch (thrown) {
    return { identity: null, error: toAppError(thrown) };
  }
}
