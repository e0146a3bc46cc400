import type { JobKind } from './job-kind';

/** Every kind of job. One line each. */
const kinds: readonly JobKind[] = [];

export const jobKinds: ReadonlyMap<string, JobKind> = new Map(kinds.map((kind) => [kind.id, kind]));
