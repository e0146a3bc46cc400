import { version } from '@/lib/version';

export const dynamic = 'force-dynamic';

/** The process lives. Says nothing of the database: see /readyz. */
export const GET = (): Response => Response.json({ status: 'ok', version });
