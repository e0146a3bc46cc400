/** A key that reads well and that no host has. */
export const anyHostKey = {
  type: 'ssh-ed25519',
  key: Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, 7),
  ]).toString('base64'),
};
