/** A container that ran on a host when it was looked at. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** Of its first process, on the host. */
  readonly pid: number;
}

/** same: it went on with its process. restarted: it runs with another one. gone: it does not run any more. */
export interface ContainerProof {
  readonly id: string;
  readonly name: string;
  readonly before: number;
  readonly after: number | null;
  readonly outcome: 'same' | 'restarted' | 'gone';
}

/** What became of the containers that ran before. Ones that were started in between prove nothing and are left out. Pure. */
export const containerProof = (before: readonly Container[], after: readonly Container[]): readonly ContainerProof[] =>
  before.map(({ id, name, pid }) => {
    const found = after.find((container) => container.id === id)?.pid ?? null;
    const outcome = found === null ? 'gone' : found === pid ? 'same' : 'restarted';
    return { id, name, before: pid, after: found, outcome };
  });
