/** Who gets in through a gate, complete: what a push makes the host have. */
export interface GateAdmission {
  /** Counts up with every change; a host that has a newer one ignores this. */
  readonly version: number;
  /** The CAs of the admitted certificates, PEM. */
  readonly authoritiesPem: readonly string[];
  /** SHA-256 over the DER of each admitted certificate, as the rows hold it. */
  readonly fingerprints: readonly string[];
  readonly lease: GateLease;
}

/** best_effort: the gate goes on with what it last knew. strict: it admits nobody after so many seconds without a push. */
export type GateLease = { readonly policy: 'best_effort' } | { readonly policy: 'strict'; readonly seconds: number };

/** What the gate counts for one admitted certificate. */
export interface GateUse {
  readonly fingerprint: string;
  readonly openConnections: number;
  /** Null where it has not been used since the gate started. */
  readonly lastUsedSecondsAgo: number | null;
}

/** What a host has after a push, read back from the gate. */
export interface GateConfirmation {
  /** What the host has now. */
  readonly version: number;
  /** False: the host had a newer version, and nothing was changed. */
  readonly applied: boolean;
  /** The host had this version already and yet differed, in a file or in the gate's memory; it was repaired. */
  readonly drifted: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Connections that were ended, by the fingerprint of the removed certificate that held them open. */
  readonly ended: Readonly<Record<string, number>>;
  readonly uses: readonly GateUse[];
  /** On the host, from the script's begin to its end. */
  readonly tookMs: number;
}
