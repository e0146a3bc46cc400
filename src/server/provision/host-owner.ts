import { z } from 'zod';

/** Which console manages a host, and as which machine. Kept on the host, readable for root. */
export const hostOwner = z.object({
  /** Something that tells consoles apart and that a person recognises, such as the console's URL. */
  console: z.string().min(1).max(512),
  /** The machine's id in that console. */
  machine: z.string().min(1).max(128),
});

export type HostOwner = z.output<typeof hostOwner>;

/** Null where the text is none of ours. */
export function parseHostOwner(text: string): HostOwner | null {
  if (text.trim() === '') return null;
  try {
    return hostOwner.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Allowed: a file that somebody else wrote, or that is damaged, names no owner.
    return null;
  }
}
