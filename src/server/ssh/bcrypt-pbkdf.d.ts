declare module 'bcrypt-pbkdf' {
  /** One bcrypt hash: 64 bytes of password digest, 64 bytes of salt digest, 32 bytes out. */
  export function hash(password: Uint8Array, salt: Uint8Array, out: Uint8Array): void;
}
