import 'server-only';
import { z } from 'zod';

import { deviceNameSchema } from '@/lib/device-name';
import { certificateStates, revocationReasons } from '@/lib/revocation';
import { certificatePolicySchema } from '@/lib/team-policy';
import { oneTimeTokenSchema } from '@/server/auth/one-time-token';
import { changePolicy, describePolicy } from '@/server/operations/certificates/certificate-policy';
import { getCertificate } from '@/server/operations/certificates/get-certificate';
import { issueClientCertificate } from '@/server/operations/certificates/issue-client-certificate';
import { certificateSorts, listCertificates } from '@/server/operations/certificates/list-certificates';
import { previewRevocation } from '@/server/operations/certificates/preview-revocation';
import {
  createReissueLink,
  describeReissueLink,
  listReissueLinks,
  redeemReissueLink,
  withdrawReissueLink,
} from '@/server/operations/certificates/reissue-links';
import { renewCertificate } from '@/server/operations/certificates/renew-certificate';
import { resumeCertificates } from '@/server/operations/certificates/resume-certificates';
import { revokeCertificates, suspendCertificates } from '@/server/operations/certificates/take-certificates';
import { router, teamProcedure } from '@/server/trpc';

const csrCharactersMax = 16 * 1024;
const takenAtOnceMax = 200;

const id = z.uuid('is not the id of a certificate');
const ids = z.array(id).min(1).max(takenAtOnceMax);
const csrPem = z.string().min(1, 'is required').max(csrCharactersMax, 'is larger than 16 KiB');
const origin = z.enum(['browser', 'file']).default('browser');
const comment = z.string().trim().max(500, 'may have at most 500 characters').optional();

/** What chooses and orders certificates, in calls and in the address of the exported table. */
export const certificateFilter = z.object({
  mine: z.boolean().default(false),
  kind: z.enum(['engine', 'client', 'console', 'canary']).optional(),
  state: z.enum(certificateStates).optional(),
  q: z.string().max(200).optional(),
  sort: z.enum(certificateSorts).default('issued'),
  order: z.enum(['asc', 'desc']).default('desc'),
});

const page = z.object({ cursor: z.uuid().nullish(), limit: z.int().min(1).max(100).default(50) });

const reissueRouter = router({
  createLink: teamProcedure('certificate.reissue')
    .input(
      z.union([z.object({ certificateId: id }), z.object({ membershipId: z.uuid(), deviceName: deviceNameSchema })]),
    )
    .mutation(({ ctx, input }) => createReissueLink(ctx.team, input)),
  links: teamProcedure('certificate.reissue').query(({ ctx }) => listReissueLinks(ctx.team)),
  withdrawLink: teamProcedure('certificate.reissue')
    .input(z.object({ id: z.uuid() }))
    .mutation(({ ctx, input }) => withdrawReissueLink(ctx.team, input)),
  describeLink: teamProcedure('certificate.issue')
    .input(z.object({ token: oneTimeTokenSchema }))
    .query(({ ctx, input }) => describeReissueLink(ctx.team, input)),
  redeemLink: teamProcedure('certificate.issue')
    .input(z.object({ token: oneTimeTokenSchema, csrPem }))
    .mutation(({ ctx, input }) => redeemReissueLink(ctx.team, input)),
});

/** Certificates of a team's members, engines and the console: who holds them, and every way to take them away. */
export const certificatesRouter = router({
  list: teamProcedure('certificate.read')
    .input(certificateFilter.extend(page.shape))
    .query(({ ctx, input }) => listCertificates(ctx.team, { ...input, cursor: input.cursor ?? undefined })),
  get: teamProcedure('certificate.read')
    .input(z.object({ id }))
    .query(({ ctx, input }) => getCertificate(ctx.team, input)),
  issue: teamProcedure('certificate.issue')
    .input(z.object({ deviceName: deviceNameSchema, csrPem, origin }))
    .mutation(({ ctx, input }) => issueClientCertificate(ctx.team, input)),
  renew: teamProcedure('certificate.issue')
    .input(z.object({ id, csrPem, origin, former: z.enum(['keep', 'revoke']).default('revoke') }))
    .mutation(({ ctx, input }) => renewCertificate(ctx.team, input)),
  // Everybody may take away their own; the operations ask for the role where it is somebody else's.
  revokePreview: teamProcedure('certificate.read')
    .input(z.object({ ids: ids.optional(), membershipId: z.uuid().optional() }))
    .query(({ ctx, input }) => previewRevocation(ctx.team, input)),
  revoke: teamProcedure('certificate.read')
    .input(z.object({ ids, reason: z.enum(revocationReasons), comment }))
    .mutation(({ ctx, input }) => revokeCertificates(ctx.team, input)),
  suspend: teamProcedure('certificate.read')
    .input(z.object({ ids, comment }))
    .mutation(({ ctx, input }) => suspendCertificates(ctx.team, input)),
  resume: teamProcedure('certificate.revoke')
    .input(z.object({ ids }))
    .mutation(({ ctx, input }) => resumeCertificates(ctx.team, input)),
  policy: teamProcedure('certificate.read').query(({ ctx }) => describePolicy(ctx.team)),
  setPolicy: teamProcedure('certificate.policy')
    .input(certificatePolicySchema)
    .mutation(({ ctx, input }) => changePolicy(ctx.team, input)),
  reissue: reissueRouter,
});
