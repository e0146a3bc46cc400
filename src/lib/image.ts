/** What an image boots, as far as drivers have to know: how it takes its key and user. */
export const imageSystems = ['boot2docker', 'debian', 'ubuntu', 'rocky', 'flatcar', 'other'] as const;
export type ImageSystem = (typeof imageSystems)[number];

/** iso is attached as a DVD; the others are disks. */
export const imageFormats = ['iso', 'qcow2', 'raw'] as const;
export type ImageFormat = (typeof imageFormats)[number];

/** As Docker names them. */
export const imageArchitectures = ['amd64', 'arm64'] as const;
export type ImageArchitecture = (typeof imageArchitectures)[number];

export const imageStates = ['waiting', 'fetching', 'ready', 'failed'] as const;
export type ImageState = (typeof imageStates)[number];

/** What an image must be to fit; what is left out does not matter. */
export interface ImageDemand {
  readonly systems?: readonly ImageSystem[];
  readonly formats?: readonly ImageFormat[];
  readonly architectures?: readonly ImageArchitecture[];
}

export interface ImageKind {
  readonly system: ImageSystem;
  readonly format: ImageFormat;
  readonly architecture: ImageArchitecture;
}

/** Whether an image is what a driver's option accepts. Pure. */
export const imageFits = (
  { system, format, architecture }: ImageKind,
  { systems, formats, architectures }: ImageDemand = {},
): boolean =>
  (systems?.includes(system) ?? true) &&
  (formats?.includes(format) ?? true) &&
  (architectures?.includes(architecture) ?? true);

/** An image of a team's library. */
export interface LibraryImage extends ImageKind {
  readonly id: string;
  readonly name: string;
  /** Where it is fetched from; null where it was uploaded. */
  readonly url: string | null;
  /** Hexadecimal; null until it is known. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  readonly state: ImageState;
  /** Why it has failed: a sentence. */
  readonly failure: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}
