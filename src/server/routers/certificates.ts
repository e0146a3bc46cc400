import 'server-only';
import { z } from 'zod';

import { deviceNameSchema } from '@/lib/device-name';
import { issueClientCertificate } from '@/server/operations/certificates/issue-client-certificate';
import { listCertificates } from '@/server/operations/certificates/list-certificates';
import { router, teamProcedure } from '@/server/trpc';

const csrCharactersMax = 16 * 1024;

export const certificatesRouter = router({
  list: teamProcedure('certificate.read')
    .input(
      z.object({
        mine: z.boolean().default(false),
        kind: z.enum(['engine', 'client', 'console']).optional(),
        cursor: z.uuid().optional(),
        limit: z.int().min(1).max(100).default(50),
      }),
    )
    .query(({ ctx, input }) => listCertificates(ctx.team, input)),

  issue: teamProcedure('certificate.issue')
    .input(
      z.object({
        deviceName: deviceNameSchema,
        csrPem: z.string().min(1, 'is required').max(csrCharactersMax, 'is larger than 16 KiB'),
      }),
    )
    .mutation(({ ctx, input }) => issueClientCertificate(ctx.team, input)),
});
