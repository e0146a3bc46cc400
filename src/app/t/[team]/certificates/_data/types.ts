import type { RouterInputs, RouterOutputs } from '@/trpc/client';

export type CertificateList = RouterOutputs['certificates']['list'];

/** One row of the certificates that the team has. */
export type CertificateRow = CertificateList['certificates'][number];

/** One certificate with where it is admitted and what was changed about it. */
export type CertificateDetails = RouterOutputs['certificates']['get'];

export type CertificateQuery = Omit<RouterInputs['certificates']['list'], 'team' | 'cursor' | 'limit'>;

/** What a revocation or suspension would change. */
export type RevocationPreview = RouterOutputs['certificates']['revokePreview'];

/** One change of who gets in where, with its receipts. */
export type AccessChange = RouterOutputs['changes']['get'];

export type Receipt = AccessChange['receipts'][number];

export type AccessChangePage = RouterOutputs['changes']['list'];

export type AccessChangeSummary = AccessChangePage['changes'][number];
