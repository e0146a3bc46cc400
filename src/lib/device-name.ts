import { z } from 'zod';

/** What a member calls the place that keeps a key: "laptop", "Build server 2". One line, at most 64 characters. */
export const deviceNameSchema = z
  .string()
  .trim()
  .min(1, 'is required')
  .max(64, 'may have at most 64 characters')
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._@()-]*$/u,
    'may hold letters, digits, spaces and . _ @ ( ) -, and begins with a letter or digit',
  );
