import type { Image } from '@aws-sdk/client-ec2';

import type { ProviderContext } from '../driver';
import type { Ec2 } from './calls';
import { isAwsError, refuse } from './errors';
import type { Ec2Options } from './options';

export type AwsArchitecture = 'x86_64' | 'arm64';

export interface FoundImage {
  readonly id: string;
  readonly name: string;
  /** Whom its SSH lets in at first; null where its name does not tell. */
  readonly user: string | null;
  readonly architecture: string;
  readonly rootDevice: string;
  readonly leastGiB: number;
}

interface Distribution {
  readonly id: 'ubuntu' | 'debian';
  readonly label: string;
  readonly user: string;
  owner(region: string): string;
  /** Name patterns of the images of one version, or of all that there can be by now. */
  patterns(architecture: AwsArchitecture, version: string | undefined, now: Date): readonly string[];
  /** The version that an image's name tells: "24.04", "12". */
  versionIn(name: string): string | undefined;
}

const debianArchitecture = { x86_64: 'amd64', arm64: 'arm64' } as const satisfies Record<AwsArchitecture, string>;

const firstUbuntuYear = 22;
const firstDebian = 11;
/** Debian releases every other year; 12 came in 2023. */
const debianBy = (now: Date) => 12 + Math.ceil((now.getUTCFullYear() - 2022) / 2);

const range = (from: number, to: number, step: number) =>
  Array.from({ length: Math.max(0, Math.floor((to - from) / step) + 1) }, (_, index) => from + index * step);

/** Canonical, see ubuntu.com/server/docs (Find Ubuntu images on AWS); Debian, see wiki.debian.org/Cloud/AmazonEC2Image. */
const distributions: readonly Distribution[] = [
  {
    id: 'ubuntu',
    label: 'Ubuntu LTS',
    user: 'ubuntu',
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
    owner: () => '136693071363',
    patterns: (architecture, version, now) =>
      (version ? [version] : range(firstDebian, debianBy(now), 1).map(String)).map(
        (one) => `debian-${one}-${debianArchitecture[architecture]}-*`,
      ),
    versionIn: (name) => /debian-(\d\d)-/.exec(name)?.[1],
  },
];

const leastOf = ({ BlockDeviceMappings = [], RootDeviceName }: Image): number =>
  BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeSize ?? 1;

const foundOf = (image: Image, user: string | null): FoundImage => ({
  id: image.ImageId ?? '',
  name: image.Name ?? '',
  user,
  architecture: image.Architecture ?? '',
  rootDevice: image.RootDeviceName ?? '/dev/sda1',
  leastGiB: leastOf(image),
});

/** The architecture of an instance type; 64-bit x86 where the endpoint does not say. Throws driver.failed at its field. */
export async function architectureOf(ec2: Ec2, instanceType: string): Promise<AwsArchitecture> {
  try {
    const { InstanceTypes = [] } = await ec2('DescribeInstanceTypes', { InstanceTypes: [instanceType as never] });
    const supported: readonly string[] = InstanceTypes[0]?.ProcessorInfo?.SupportedArchitectures ?? [];
    return supported.includes('arm64') ? 'arm64' : 'x86_64';
  } catch (error) {
    // Allowed: private clouds lack the call.
    if (isAwsError(error, 'InvalidAction', 'UnsupportedOperation')) return 'x86_64';
    throw error;
  }
}

export interface ImageQuestion {
  readonly region: string;
  readonly architecture: AwsArchitecture;
  readonly now: Date;
}

/** The newest image of each version of a distribution, the newest version first. */
async function newestOf(ec2: Ec2, distribution: Distribution, question: ImageQuestion & { version?: string }) {
  const { region, architecture, now, version } = question;
  const { Images = [] } = await ec2('DescribeImages', {
    Owners: [distribution.owner(region)],
    Filters: [
      { Name: 'name', Values: [...distribution.patterns(architecture, version, now)] },
      { Name: 'architecture', Values: [architecture] },
      { Name: 'state', Values: ['available'] },
      { Name: 'root-device-type', Values: ['ebs'] },
    ],
  });
  const newest = new Map<string, Image>();
  for (const image of Images) {
    const found = distribution.versionIn(image.Name ?? '');
    const known = found === undefined ? undefined : newest.get(found);
    if (found !== undefined && (image.CreationDate ?? '') > (known?.CreationDate ?? '')) newest.set(found, image);
  }
  return [...newest]
    .toSorted(([one], [other]) => Number(other) - Number(one))
    .map(([found, image]) => ({ version: found, image }));
}

/** What can be entered as an image, with what it is now. */
export async function listImages(ec2: Ec2, question: ImageQuestion) {
  const all = await Promise.all(
    distributions.map(async (distribution) => ({ distribution, newest: await newestOf(ec2, distribution, question) })),
  );
  return all.flatMap(({ distribution: { id, label }, newest }) =>
    newest.flatMap(({ version, image }, index) => {
      const description = `${image.ImageId} of ${(image.CreationDate ?? '').slice(0, 10)}, ${question.architecture}`;
      const exact = { value: `${id}-${version}`, label: `${label} ${version}`, description };
      const now = `${label}, now ${version}`;
      return index === 0 ? [{ value: id, label: now, description, isDefault: id === 'ubuntu' }, exact] : [exact];
    }),
  );
}

const userOf = (name: string): string | null =>
  distributions.find(({ id }) => name.toLowerCase().includes(id))?.user ?? null;

async function imageById(ec2: Ec2, id: string): Promise<FoundImage> {
  const { Images = [] } = await ec2('DescribeImages', { ImageIds: [id] });
  const [image] = Images;
  if (!image) throw refuse('image', 'There is no such image in this region, or the account may not use it.');
  const text = `${image.Name ?? ''} ${image.Description ?? ''} ${image.PlatformDetails ?? ''}`;
  if (/windows/i.test(`${image.Platform ?? ''} ${text}`)) {
    throw refuse('image', 'This image runs Windows. The console installs engines on Debian and Ubuntu.');
  }
  if (/^al20\d\d|^amzn|amazon linux/i.test(text)) {
    throw refuse('image', 'This is Amazon Linux. The console installs engines on Debian and Ubuntu only, so far.');
  }
  return foundOf(image, userOf(text));
}

/** The image that the options name, as it is now. Throws driver.failed at the field that is to blame. */
export async function findImage(
  ctx: Pick<ProviderContext, 'clock'>,
  ec2: Ec2,
  options: Ec2Options,
): Promise<FoundImage> {
  const { image, region, instanceType, sshUser, rootGiB } = options;
  const architecture = await architectureOf(ec2, instanceType);
  const found = await (image.startsWith('ami-')
    ? imageById(ec2, image)
    : imageByName(ec2, image, { region, architecture, now: ctx.clock.now() }));
  if (found.architecture !== architecture) {
    throw refuse('image', `The image is for ${found.architecture}, and ${instanceType} is ${architecture}.`);
  }
  if (found.user === null && sshUser === undefined) {
    throw refuse('sshUser', 'Nobody knows whom this image lets in. Enter the user.');
  }
  if (rootGiB < found.leastGiB) throw refuse('rootGiB', `The image needs ${found.leastGiB} GiB or more.`);
  return found;
}

async function imageByName(ec2: Ec2, image: string, question: ImageQuestion): Promise<FoundImage> {
  const [id, version] = image.split('-');
  const distribution = distributions.find((one) => one.id === id);
  if (!distribution) throw refuse('image', 'There is no such distribution.');
  const [newest] = await newestOf(ec2, distribution, { ...question, ...(version !== undefined && { version }) });
  if (newest) return foundOf(newest.image, distribution.user);
  throw refuse(
    'image',
    `There is no image of ${distribution.label}${version ? ` ${version}` : ''} for ${question.architecture} in this region. Enter the id of one.`,
  );
}
