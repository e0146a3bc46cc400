import { invariant } from '@/server/errors/app-error';

import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import { ensureFiles } from '../host/files';

/** All PEM. */
export interface EngineTls {
  /** The CAs of the members who may use the engine, one after the other; at least one. */
  readonly trust: string;
  /** The engine's own certificate, with its chain where it has one. */
  readonly certificate: string;
  /** The engine's private key. */
  readonly key: string;
}

const withLineEnd = (pem: string) => `${pem.trimEnd()}\n`;

/**
 * Puts the trust bundle, the certificate and the key where only root can read them (docker-machine left the key readable by
 * everybody). Files that are the same stay untouched. Says whether anything changed. Idempotent.
 */
export async function writeEngineTls(ctx: ProvisionContext, tls: EngineTls): Promise<{ changed: boolean }> {
  invariant(tls.trust.includes('-----BEGIN CERTIFICATE-----'), 'the trust bundle of an engine holds no certificate');
  const { tls: places } = await engineKeeper(ctx);
  const changed = await ensureFiles(ctx, {
    name: "write the engine's certificate and key",
    folders: places.folders,
    files: [
      { path: places.trust, content: withLineEnd(tls.trust), mode: 0o600 },
      { path: places.certificate, content: withLineEnd(tls.certificate), mode: 0o600 },
      { path: places.key, content: withLineEnd(tls.key), mode: 0o600 },
    ],
  });
  if (changed.length === 0) ctx.log.info("The engine's certificate, key and trust bundle are up to date.");
  return { changed: changed.length > 0 };
}

/** The trust bundle alone. */
export async function writeTrust(ctx: ProvisionContext, trust: string): Promise<{ changed: boolean }> {
  invariant(trust.includes('-----BEGIN CERTIFICATE-----'), 'the trust bundle of an engine holds no certificate');
  const { tls: places } = await engineKeeper(ctx);
  const changed = await ensureFiles(ctx, {
    name: 'write the trust bundle',
    folders: places.folders,
    files: [{ path: places.trust, content: withLineEnd(trust), mode: 0o600 }],
  });
  return { changed: changed.length > 0 };
}

/** Certificate and key alone. */
export async function writeEngineCertificate(
  ctx: ProvisionContext,
  { certificate, key }: Pick<EngineTls, 'certificate' | 'key'>,
): Promise<{ changed: boolean }> {
  const { tls: places } = await engineKeeper(ctx);
  const changed = await ensureFiles(ctx, {
    name: "write the engine's certificate and key",
    folders: places.folders,
    files: [
      { path: places.certificate, content: withLineEnd(certificate), mode: 0o600 },
      { path: places.key, content: withLineEnd(key), mode: 0o600 },
    ],
  });
  return { changed: changed.length > 0 };
}
