import { createHash } from 'node:crypto';

import { AppError } from '@/server/errors/app-error';

/** A host key as the server presented it, proven by its signature of the key exchange. */
export interface PresentedHostKey {
  /** The key's type as OpenSSH names it: "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa". */
  readonly type: string;
  /** The public key in SSH wire format, base64 (the second word of a known_hosts line's key). */
  readonly key: string;
  /** "SHA256:" and unpadded base64, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

/** What is kept of a host key that a person has accepted. */
export type PinnedHostKey = Pick<PresentedHostKey, 'type' | 'key'>;

/** `reject` and an AppError both end the connection before anything is sent to the host; the error is the reason shown. */
export type HostKeyVerdict = 'accept' | 'reject' | AppError;

export interface HostKeyPolicy {
  /** Key types to ask for first, so that a host with several keys shows the one that is pinned. */
  readonly preferredTypes: readonly string[];
  verify(presented: PresentedHostKey): HostKeyVerdict | Promise<HostKeyVerdict>;
}

/** The fingerprint of a public key in wire format, in OpenSSH's spelling. Source: RFC 4648 base64, ssh-keygen(1) -l. */
export function sshFingerprint(wire: Buffer): string {
  return `SHA256:${createHash('sha256').update(wire).digest('base64').replace(/=+$/, '')}`;
}

/** Reads the key that came over the wire. The first field names its type (RFC 4253, 6.6). */
export function describeHostKey(wire: Buffer): PresentedHostKey {
  const length = wire.readUInt32BE(0);
  return {
    type: wire.subarray(4, 4 + length).toString('latin1'),
    key: wire.toString('base64'),
    fingerprint: sshFingerprint(wire),
  };
}

const isSameKey = (a: PinnedHostKey, b: PinnedHostKey) =>
  a.type === b.type && Buffer.from(a.key, 'base64').equals(Buffer.from(b.key, 'base64'));

const nameKey = (pinned: PinnedHostKey) => `${sshFingerprint(Buffer.from(pinned.key, 'base64'))} (${pinned.type})`;

/**
 * Accepts only the pinned keys of a host. Several may be pinned, one for each type; any of them is good.
 * Anything else is refused with ssh.host-key-changed, which names both fingerprints.
 */
export function acceptPinned(pinned: readonly PinnedHostKey[]): HostKeyPolicy {
  return {
    preferredTypes: pinned.map((key) => key.type),
    verify: (presented) => {
      if (pinned.some((key) => isSameKey(key, presented))) return 'accept';
      const expected = pinned.map(nameKey).join(' or ');
      return new AppError({
        code: 'ssh.host-key-changed',
        public:
          `The host answered with the key ${nameKey(presented)}, but ${expected} is pinned. ` +
          'It was installed anew, its address now belongs to another machine, or somebody stands in between. ' +
          'Nothing was sent to it.',
      });
    },
  };
}

/** Accepts whichever key the host shows and hands it over, to be pinned by the caller: trust on first use. */
export function trustOnFirstUse(onKey: (presented: PresentedHostKey) => void): HostKeyPolicy {
  return {
    preferredTypes: [],
    verify: (presented) => {
      onKey(presented);
      return 'accept';
    },
  };
}
