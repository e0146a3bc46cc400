import { z } from 'zod';

import { jobHasEnded, type JobState } from './job';

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
  /** Whether somebody has said what the checksum has to be; else it only tells what was received. */
  readonly checksumGiven: boolean;
  readonly sizeBytes: number | null;
  readonly receivedBytes: number;
  readonly state: ImageState;
  /** Why it has failed: a sentence. */
  readonly failure: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** One on a hypervisor host. */
export interface ImageCopyView {
  readonly hypervisorHostId: string;
  readonly hypervisor: string;
  readonly placedAt: Date;
}

/** An image as its page lists it. */
export interface ListedImage extends LibraryImage {
  readonly copies: readonly ImageCopyView[];
  /** Names of the machines that were made from it. */
  readonly machines: readonly string[];
  /** The last job that fetched it; null once it is ready, and where it is uploaded. */
  readonly job: { readonly id: string; readonly state: JobState } | null;
  /** Of an upload that is not ready: how long ago bytes of it came, or were read to be checked, by the console's clock. Else null. */
  readonly quietMs: number | null;
}

const fetchedEveryMs = 1500;
const uploadedEveryMs = 3000;

/** Where nothing has come for so long nobody sends any more; what is sent is noted more often than that. */
const arrivesWithinMs = 10_000;

/** An upload that begins again after longer is told to those who look on. */
export const uploadWatchedMs = 60_000;

/** Whether somebody's browser is sending it now, or the console is checking it. Pure. */
export const uploadArrives = ({ state, quietMs }: Pick<ListedImage, 'state' | 'quietMs'>): boolean =>
  state === 'fetching' && quietMs !== null && quietMs < arrivesWithinMs;

/**
 * When to look at a list of images again: soon while a job fetches one of them or an upload goes on or has only just stopped, else
 * not. Pure.
 */
export const imagesRefetchMs = (images: readonly Pick<ListedImage, 'job' | 'quietMs'>[] = []): number | false => {
  if (images.some(({ job }) => job !== null && !jobHasEnded(job.state))) return fetchedEveryMs;
  return images.some(({ quietMs }) => quietMs !== null && quietMs < uploadWatchedMs) ? uploadedEveryMs : false;
};

export const imageMaxBytes = 64 * 1024 ** 3;

/** How much of an upload travels in one request: less than proxies take by default would be slow, more than 10 MiB is cut off. */
export const pieceBytes = 8 * 1024 * 1024;

const isPlainUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol } = new URL(text);
  return protocol === 'http:' || protocol === 'https:';
};

const hasPassword = (text: string): boolean => {
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
};

/** Where an image, or the file with its checksum, is fetched from. */
export const imageUrlSchema = z
  .string()
  .trim()
  .max(2000, 'has more than 2000 characters')
  .refine(isPlainUrl, { error: 'Enter an address that begins with https:// or http://.', abort: true })
  .refine((text) => !hasPassword(text), 'Leave out user name and password: the address is stored and shown.');

export const sha256Schema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[0-9a-f]{64}$/, 'Enter the 64 hexadecimal digits of a SHA-256.');
