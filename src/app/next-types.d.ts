// Next writes the same line into next-env.d.ts, which is not kept; with it here a fresh clone type-checks before a build.
/// <reference types="next" />

declare namespace NodeJS {
  interface ProcessEnv {
    /** Set by Next at build time; the bundler needs to see it as a plain property. */
    readonly NEXT_RUNTIME?: string;
  }
}
