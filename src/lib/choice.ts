/** One thing that a field offers, as the provider or the hypervisor host tells of it now. */
export interface Choice {
  /** What is stored in the option. */
  readonly value: string;
  readonly label: string;
  /** What helps to choose: CPUs and memory of a type, the range of a network. */
  readonly description?: string;
  /** Offered first, and taken where the option is left empty. */
  readonly isDefault?: boolean;
}
