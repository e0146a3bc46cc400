/** What makes hosts follow the admissions that the console wants. Part of the Runtime. */
export interface Admissions {
  /** Brings these machines' hosts up to date, in the background and at once. Never throws; what fails is noted and tried again. */
  push(machineIds: readonly string[]): void;
  /**
   * Brings one host up to date and waits for it: when this resolves, the host has what was wanted at the time of the call.
   * Throws what the push ended with. A machine that no gate serves is left to its jobs.
   */
  pushNow(machineId: string): Promise<void>;
  /** The same, unless the host has answered a push so lately that it needs no other: for whoever looks in regularly. */
  keepUpToDate(machineId: string): Promise<void>;
  /** The machine is gone, or another process looks after it: what is kept for it goes. */
  forget(machineId: string): void;
  /** Waits for pushes that are under way and closes the kept connections. */
  close(): Promise<void>;
}
