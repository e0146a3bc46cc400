import 'server-only';
import type { Runtime } from '@/server/runtime';

/** What a machine's engine was given before the certificate `than`: to be put back where that one does not work. PEM. */
export async function findFormerEngineKeyPair(
  runtime: Runtime,
  { machineId, teamId, than }: { readonly machineId: string; readonly teamId: string; readonly than: string },
): Promise<{ certificate: string; key: string } | null> {
  const { prisma } = runtime.database;
  const former = await prisma.certificate.findFirst({
    where: { teamId, machineId, kind: 'engine', status: 'active', id: { not: than }, secretId: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { pem: true, secretId: true },
  });
  if (!former?.secretId) return null;
  const ref = { id: former.secretId, teamId, purpose: 'certificate-key' as const };
  return { certificate: former.pem, key: await runtime.secrets.open(prisma, ref) };
}
