// Next writes the same line into next-env.d.ts, which is not kept; with it here a fresh clone type-checks before a build.
/// <reference types="next" />
