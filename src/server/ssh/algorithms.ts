import type { Algorithms, ServerHostKeyAlgorithm } from 'ssh2';

/** What OpenSSH calls the key, and the signature algorithms that such a key can make, best first. */
const signaturesByKeyType: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256'],
};

/**
 * The algorithms to offer, fastest first among those that are sound; SHA-1, CBC, DSA and compression are left out.
 * The server presents the first host key type of this list that it has, so the pinned types stand in front: without
 * that, a host that gained a key of another type would look as if its key had changed.
 */
export function offeredAlgorithms(preferredKeyTypes: readonly string[]): Algorithms {
  const keyTypes = new Set([...preferredKeyTypes, ...Object.keys(signaturesByKeyType)]);
  return {
    // Group exchange is left out: ssh2 asks for 8192 bits and then computes for ten seconds, and everybody waits.
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
    ],
    serverHostKey: [...keyTypes].flatMap((type) => signaturesByKeyType[type] ?? []),
    // chacha20-poly1305 runs in WebAssembly here, the others in OpenSSL; some servers offer nothing else.
    cipher: [
      'aes128-gcm@openssh.com',
      'aes256-gcm@openssh.com',
      'aes128-ctr',
      'aes192-ctr',
      'aes256-ctr',
      'chacha20-poly1305@openssh.com',
    ],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    compress: ['none'],
  };
}
