import type { Image } from '@aws-sdk/client-ec2';

import type { ProviderContext } from '../driver';
import type { Ec2 } from './calls';
import { type AwsArchitecture, type Distribution, distributions, oldAmazonLinux } from './distributions';
import { isAwsError, refuse } from './errors';
import type { Ec2Options } from './options';

export interface FoundImage {
  readonly id: string;
  readonly name: string;
  /** Null where its name does not tell. */
  readonly distribution: Distribution | null;
  readonly architecture: string;
  readonly rootDevice: string;
  readonly leastGiB: number;
}

const leastOf = ({ BlockDeviceMappings = [], RootDeviceName }: Image): number =>
  BlockDeviceMappings.find(({ DeviceName }) => DeviceName === RootDeviceName)?.Ebs?.VolumeSize ?? 1;

const foundOf = (image: Image, distribution: Distribution | null): FoundImage => ({
  id: image.ImageId ?? '',
  name: image.Name ?? '',
  distribution,
  architecture: image.Architecture ?? '',
  rootDevice: image.RootDeviceName ?? '/dev/sda1',
  leastGiB: leastOf(image),
});

/** The architecture of an instance type; 64-bit x86 where the endpoint does not say. Throws input.invalid at its field. */
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

async function imageById(ec2: Ec2, id: string): Promise<FoundImage> {
  const { Images = [] } = await ec2('DescribeImages', { ImageIds: [id] });
  const [image] = Images;
  if (!image) throw refuse('image', 'There is no such image in this region, or the account may not use it.');
  const text = `${image.Name ?? ''} ${image.Description ?? ''} ${image.PlatformDetails ?? ''}`;
  if (/windows/i.test(`${image.Platform ?? ''} ${text}`)) {
    throw refuse(
      'image',
      'This image runs Windows. The console installs engines on Debian, Ubuntu and Amazon Linux 2023.',
    );
  }
  const distribution = distributions.find(({ mark }) => mark.test(text)) ?? null;
  if (!distribution && oldAmazonLinux.test(text)) {
    throw refuse(
      'image',
      'This Amazon Linux is too old: the support of Amazon Linux 2 ended in June 2026. Enter amazon-linux-2023, or the id of an image of it.',
    );
  }
  return foundOf(image, distribution);
}

/** The image that the options name, as it is now. Throws input.invalid at the field that is to blame. */
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
  if (found.distribution?.unfit?.test(instanceType)) {
    throw refuse('image', `${found.distribution.label} does not run on ${instanceType}.`);
  }
  if (!found.distribution && sshUser === undefined) {
    throw refuse('sshUser', 'Nobody knows whom this image lets in. Enter the user.');
  }
  if (rootGiB < found.leastGiB) throw refuse('rootGiB', `The image needs ${found.leastGiB} GiB or more.`);
  return found;
}

async function imageByName(ec2: Ec2, image: string, question: ImageQuestion): Promise<FoundImage> {
  const [, id, version] = /^(.+?)(?:-(\d.*))?$/.exec(image) ?? [];
  const distribution = distributions.find((one) => one.id === id);
  if (!distribution) throw refuse('image', 'There is no such distribution.');
  const [newest] = await newestOf(ec2, distribution, { ...question, ...(version !== undefined && { version }) });
  if (newest) return foundOf(newest.image, distribution);
  throw refuse(
    'image',
    `There is no image of ${distribution.label}${version ? ` ${version}` : ''} for ${question.architecture} in this region. Enter the id of one.`,
  );
}
