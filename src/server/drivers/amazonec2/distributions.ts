export type AwsArchitecture = 'x86_64' | 'arm64';

export interface Distribution {
  readonly id: 'ubuntu' | 'debian' | 'amazon-linux';
  readonly label: string;
  /** Whom its images let in at first. */
  readonly user: string;
  /** What the name or the description of an image made from it says. */
  readonly mark: RegExp;
  /** Instance types whose processors it does not run on. */
  readonly unfit?: RegExp;
  /** The account that publishes it, or Amazon's word for its own ones. */
  owner(region: string): string;
  /** Name patterns of the images of one version, or of all that there can be by now. */
  patterns(architecture: AwsArchitecture, version: string | undefined, now: Date): readonly string[];
  /** The version that an image's name tells: "24.04", "12", "2023". */
  versionIn(name: string): string | undefined;
}

const debianArchitecture = { x86_64: 'amd64', arm64: 'arm64' } as const satisfies Record<AwsArchitecture, string>;

const firstUbuntuYear = 22;
const firstDebian = 11;
const firstAmazonLinux = 2023;
/** Debian releases every other year; 12 came in 2023. */
const debianBy = (now: Date) => 12 + Math.ceil((now.getUTCFullYear() - 2022) / 2);

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, index) => from + index * step);

/**
 * Canonical, see ubuntu.com/server/docs (Find Ubuntu images on AWS); Debian, see wiki.debian.org/Cloud/AmazonEC2Image; Amazon,
 * see docs.aws.amazon.com/linux/al2023/ug.
 */
export const distributions: readonly Distribution[] = [
  {
    id: 'ubuntu',
    label: 'Ubuntu LTS',
    user: 'ubuntu',
    mark: /ubuntu/i,
    owner: (region) => {
      if (region.startsWith('us-gov-')) return '513442679011';
      return region.startsWith('cn-') ? '837727238323' : '099720109477';
    },
    patterns: (architecture, version, now) =>
      (version ? [version] : range(firstUbuntuYear, now.getUTCFullYear() % 100, 2).map((year) => `${year}.04`)).map(
        (one) => `ubuntu/images/hvm-ssd*/ubuntu-*-${one}-${debianArchitecture[architecture]}-server-*`,
      ),
    versionIn: (name) => /ubuntu-[a-z]+-(\d\d\.\d\d)-/.exec(name)?.[1],
  },
  {
    id: 'debian',
    label: 'Debian',
    user: 'admin',
    mark: /debian/i,
    owner: () => '136693071363',
    patterns: (architecture, version, now) =>
      (version ? [version] : range(firstDebian, debianBy(now), 1).map(String)).map(
        (one) => `debian-${one}-${debianArchitecture[architecture]}-*`,
      ),
    versionIn: (name) => /debian-(\d\d)-/.exec(name)?.[1],
  },
  {
    id: 'amazon-linux',
    label: 'Amazon Linux',
    user: 'ec2-user',
    mark: /(\bal|_al|amzn|amazon[ _-]?linux)[ _-]?(ami[ _-])?20(2[3-9]|[3-9]\d)/i,
    unfit: /^a1\./, // It needs ARMv8.2.
    owner: () => 'amazon',
    // The second year leaves out the minimal images and those of ECS. A release has an image for each kernel: any will do.
    patterns: (architecture, version, now) =>
      (version ? [version] : range(firstAmazonLinux, now.getUTCFullYear(), 1).map(String)).map(
        (year) => `al${year}-ami-${year}.*-kernel-*-${architecture}`,
      ),
    versionIn: (name) => /^al(\d{4})-ami-\1\./.exec(name)?.[1],
  },
];

/** The mark of Amazon Linux 2 and older, where none of the above is there. */
export const oldAmazonLinux = /\bamzn|amazon[ _-]?linux/i;
