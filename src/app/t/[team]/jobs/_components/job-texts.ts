import type { useTranslations } from 'next-intl';

import { undoes } from '@/lib/job';

/** The messages of jobs, from `useTranslations('jobs')` or `getTranslations('jobs')`. */
export type JobsTranslator = ReturnType<typeof useTranslations<'jobs'>>;

type Key = Parameters<JobsTranslator['has']>[0];

// Kinds and steps come from rows, which may be older or newer than these messages; so a key may not be there.
const keyOf = (t: JobsTranslator, group: 'kinds' | 'kindNames' | 'steps', id: string): Key | undefined => {
  const key = `${group}.${id.replaceAll('.', '-')}` as Key;
  return t.has(key) ? key : undefined;
};

/** "install-engine" as "Install engine": for what has no title of its own. Pure. */
export function humanised(id: string): string {
  const words = id.replaceAll(/[._-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a job does, with its subject: "Create edge-1". */
export function jobTitle(t: JobsTranslator, job: { readonly kind: string; readonly subject: string }): string {
  const key = keyOf(t, 'kinds', job.kind);
  // The key's type is wide, and with it the values that it could want; every kind wants the subject.
  const values: Record<string, string> = { subject: job.subject };
  return key ? t(key, values) : t('unknownKind', { kind: humanised(job.kind), subject: job.subject });
}

/** What jobs of a kind do: "Create machine". */
export function kindName(t: JobsTranslator, kind: string): string {
  const key = keyOf(t, 'kindNames', kind);
  return key ? t(key) : humanised(kind);
}

/** The title of a step: "Install the engine", "Undo: Install the engine". */
export function stepTitle(t: JobsTranslator, name: string): string {
  const undone = undoes(name);
  if (undone !== null) return t('steps.undo', { step: stepTitle(t, undone) });
  const key = keyOf(t, 'steps', name);
  return key ? t(key) : humanised(name);
}
