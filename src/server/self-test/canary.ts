import { createCa, type IssuedKeyPair } from '@/server/pki/ca';
import { type ClientSubject, issueClientKeyPair } from '@/server/pki/client-certificate';
import type { CaPair } from '@/server/pki/issuer';

const keyBits = 2048;
/** The test takes seconds; this is the shortest life that a certificate of ours can have. */
const canaryValidForDays = 1;

/** Whom a canary names: nobody, for a test of one machine. */
export const canarySubject = ({ team, machineId }: { team: { slug: string }; machineId: string }): ClientSubject => ({
  member: { id: 'console', email: 'canary' },
  device: { id: machineId, name: 'self-test' },
  team,
});

/** A CA of the same name as another one, with a key of its own, that lives for one test. */
export const makeCaForTest = (name: { commonName: string; organization: string }, now: Date): Promise<IssuedKeyPair> =>
  createCa({ ...name, keyBits, validForDays: canaryValidForDays, now });

/** A client certificate for the test, of such a CA or of the console's own. */
export const issueForTest = (ca: CaPair, subject: ClientSubject, now: Date): Promise<IssuedKeyPair> =>
  issueClientKeyPair({ ca, subject, keyBits, validForDays: canaryValidForDays, now });
