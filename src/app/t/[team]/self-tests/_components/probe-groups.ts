import type { SelfTestProbe } from '@/lib/self-test';

/** Probes that begin a group of columns: before the revocation, after it, and what is never admitted. */
const starts: readonly SelfTestProbe[] = ['admitted', 'fresh-tls12', 'foreign-ca'];

export const isGroupStart = (probe: SelfTestProbe): boolean => starts.includes(probe);
