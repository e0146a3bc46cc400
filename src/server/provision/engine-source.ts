import { z } from 'zod';

import { plainLine, url, webUrl } from './field-rules';

/** Docker's own places; nothing is fetched from them unless a source says so. */
export const dockerRepositoryUrl = 'https://download.docker.com/linux';
export const dockerInstallScriptUrl = 'https://get.docker.com';

/** What Docker's repository and most mirrors of it offer as one engine. */
const dockerPackages = ['docker-ce', 'docker-ce-cli', 'containerd.io'];

const isSecureUrl = (text: string) => text.startsWith('https:');

const packageName = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9+._-]+$/, 'Must be the name of a package.');

const distribution = z.strictObject({ kind: z.literal('distribution') }).meta({
  title: "The distribution's package",
  description: 'docker.io from the package sources that the host has; docker on Amazon Linux.',
});

const dockerRepository = z
  .strictObject({
    kind: z.literal('docker-repository'),
    baseUrl: webUrl().default(dockerRepositoryUrl).meta({
      title: 'Repository',
      description: 'Folder that holds debian, ubuntu and raspbian. It has nothing for Amazon Linux.',
    }),
    keyUrl: url({ schemes: ['https:'] })
      .optional()
      .meta({ title: 'Signing key', description: 'Empty: the file gpg beside the packages.' }),
  })
  .superRefine((source, issues) => {
    if (source.keyUrl !== undefined || isSecureUrl(source.baseUrl)) return;
    issues.addIssue({
      code: 'custom',
      path: ['keyUrl'],
      message:
        'Over http anyone on the way could replace the key. Give an https address of it, or choose the mirror and paste it.',
    });
  })
  .meta({
    title: "Docker's package repository",
    description: 'Adds the repository to the host and installs docker-ce from it.',
  });

const script = z
  .strictObject({
    kind: z.literal('script'),
    url: webUrl().default(dockerInstallScriptUrl).meta({ title: 'Script', machineFlag: 'engine-install-url' }),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'Must be 64 hexadecimal digits in lower case.')
      .optional()
      .meta({ title: 'SHA-256 of the script', description: 'A script with another checksum is not run.' }),
  })
  .superRefine((source, issues) => {
    if (source.sha256 !== undefined || isSecureUrl(source.url)) return;
    issues.addIssue({
      code: 'custom',
      path: ['sha256'],
      message:
        'Over http anyone on the way could replace the script, which runs as root. Give its checksum, or an https address.',
    });
  })
  .meta({ title: 'Install script', description: 'Downloads the script to the host and runs it as root.' });

const mirror = z
  .strictObject({
    kind: z.literal('mirror'),
    url: url({ schemes: ['https:', 'http:', 'file:'] }).meta({
      title: 'Package source',
      description: 'As in a line of sources.list; where dnf is, the folder that holds repodata.',
    }),
    suite: z
      .string()
      .min(1)
      .max(128)
      .regex(/^[A-Za-z0-9./_~+-]+$/, 'Must be a suite such as bookworm, or a path that ends with a slash.')
      .meta({ title: 'Suite' }),
    components: z
      .array(
        z
          .string()
          .max(64)
          .regex(/^[A-Za-z0-9][A-Za-z0-9/._-]*$/, 'Must be a component such as stable.'),
      )
      .max(16)
      .default([])
      .meta({ title: 'Components', description: 'None where the suite is a path, which it always is for dnf (./).' }),
    packages: z
      .array(packageName)
      .min(1)
      .max(16)
      .default(dockerPackages)
      .meta({ title: 'Packages', description: "The engine's own first." }),
    signingKey: z
      .string()
      .max(65_536)
      .regex(
        /^-----BEGIN PGP PUBLIC KEY BLOCK-----[\x20-\x7e\r\n]+-----END PGP PUBLIC KEY BLOCK-----\s*$/,
        'Must be an OpenPGP public key as text (-----BEGIN PGP PUBLIC KEY BLOCK-----).',
      )
      .optional()
      .meta({ title: 'Signing key', description: 'Empty: a key that the host trusts already.', multiline: true }),
    unsigned: z
      .boolean()
      .default(false)
      .meta({ title: 'Take unsigned packages', description: 'Only for a source that nobody else can write to.' }),
  })
  .superRefine((source, issues) => {
    const isPath = source.suite.endsWith('/');
    if (isPath === source.components.length > 0) {
      issues.addIssue({
        code: 'custom',
        path: ['components'],
        message: isPath
          ? 'A suite that is a path has no components.'
          : 'Give at least one component, such as main or stable.',
      });
    }
    if (source.unsigned && source.signingKey !== undefined) {
      issues.addIssue({ code: 'custom', path: ['unsigned'], message: 'With a signing key the packages are checked.' });
    }
  })
  .meta({ title: 'Own package mirror', description: 'Adds this package source to the host and installs from it.' });

const present = z
  .strictObject({ kind: z.literal('present') })
  .meta({ title: 'Already there', description: 'Installs nothing; the host must have an engine.' });

/** Where the engine comes from. Nothing is fetched from the internet unless this says so. */
export const engineSource = z.discriminatedUnion('kind', [distribution, dockerRepository, script, mirror, present]);

export type EngineSource = z.output<typeof engineSource>;

/** A version of the engine or the beginning of one. */
export const engineVersion = plainLine(64).regex(
  /^[0-9][A-Za-z0-9.+~:-]*$/,
  'Must be a version such as 28.0.1 or the beginning of one.',
);
