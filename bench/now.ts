/** Milliseconds since 1970 with their fractions: one time for all processes of this machine. */
export const now = (): number => performance.timeOrigin + performance.now();
