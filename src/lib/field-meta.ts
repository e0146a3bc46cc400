import 'zod';

/** What a number counts; shown behind its field. */
export type FieldUnit = 'GiB' | 'MiB' | 's' | 'min' | 'days';

/** Where the shape of a value does not say how it is best entered. */
export type FieldWidget = 'text' | 'multiline' | 'json' | 'ssh-key';

/** What a field of an options schema says beside its shape: it draws the form, and generates the docs table. */
export interface FieldMeta {
  readonly unit?: FieldUnit;
  /** Fields of one group stand together under its title; those without a group are common and always open. */
  readonly group?: string;
  readonly placeholder?: string;
  /** Sealed at rest, never returned by any read. Only fields at the top level can be secret. */
  readonly secret?: true;
  readonly widget?: FieldWidget;
  /** The word shown for each value of an enum. */
  readonly choices?: Readonly<Record<string, string>>;
  /** The docker-machine flag that the field stands for, without the dashes. */
  readonly machineFlag?: string;
}

declare module 'zod' {
  // zod keeps metadata in this interface; adding to it makes a wrong unit or widget a type error.
  interface GlobalMeta extends FieldMeta {}
}
