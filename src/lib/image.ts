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
