import type { ImageKind } from './image';

/** A well-known image that can be added by its address. */
export interface CatalogueImage extends ImageKind {
  readonly name: string;
  readonly url: string;
  /** Where its publisher says what its checksum has to be; null where nobody does. */
  readonly checksumUrl: string | null;
}
