import 'zod';
import type { ImageDemand } from './image';

/** What a number counts; shown behind its field. */
export type FieldUnit = 'GiB' | 'MiB' | 's' | 'min' | 'days' | 'USD/h';

/** Chosen among things of the team: the option holds the id of one. */
export type FieldWidget = 'ssh-key' | 'hypervisor' | 'credential' | 'image';

/** What a field of an options schema says beside its shape: it draws the form, and generates the docs table. */
export interface FieldMeta {
  readonly unit?: FieldUnit;
  /** Fields of one group stand together under its title; those without a group are common and always open. */
  readonly group?: string;
  readonly placeholder?: string;
  /** Sealed at rest, never returned by any read. Only texts at the top level can be secret. */
  readonly secret?: true;
  /** Where a choice is made among things of the team instead of entering a value. */
  readonly widget?: FieldWidget;
  /** Which images of the library fit, with the widget `image`; left out: all of them. */
  readonly accepts?: ImageDemand;
  /**
   * The driver can say what there is to choose from, once these other options are there. Another value may be entered all the same.
   */
  readonly live?: {
    readonly needs: readonly string[];
    /** Options that narrow the choices, and may be empty. */
    readonly follows?: readonly string[];
  };
  /** Of a credential: its secrets are sent to this address, so whoever changes it enters them again. */
  readonly isDestination?: true;
  /** The words shown for the values of an enum. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Values to pick from where others are allowed as well. */
  readonly suggestions?: readonly string[];
  /** A text of several lines. */
  readonly multiline?: true;
  /** The text is in this language: fixed-width font, and checked while it is entered. */
  readonly language?: 'json';
  /** Differs from machine to machine: where several are made at once, each gets a value of its own. Texts at the top level only. */
  readonly perMachine?: true;
  /** The docker-machine flags that the field stands for, without the dashes. */
  readonly machineFlag?: string | readonly string[];
}

declare module 'zod' {
  // zod keeps metadata in this interface; adding to it makes a wrong unit or widget a type error.
  interface GlobalMeta extends FieldMeta {}
}
