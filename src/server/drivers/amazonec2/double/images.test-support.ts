import type { Wire } from './wire.test-support';

export interface CatalogueImage {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Its account, and Amazon's word for it where it has one. */
  readonly owner: string;
  readonly ownerAlias?: 'amazon';
  readonly architecture: 'x86_64' | 'arm64';
  readonly created: string;
  readonly rootDevice: string;
  readonly sizeGiB: number;
  readonly platform?: string;
}

const of = (
  id: string,
  name: string,
  { architecture = 'x86_64', ...rest }: Pick<CatalogueImage, 'owner'> & Partial<CatalogueImage>,
): CatalogueImage => ({
  id: `ami-${id.padStart(17, '0')}`,
  name,
  architecture,
  created: '2025-12-01T00:00:00.000Z',
  rootDevice: '/dev/sda1',
  sizeGiB: 8,
  ...rest,
});

const ubuntu = (id: string, release: string, rest: Partial<CatalogueImage> = {}) => {
  const name = `hvm-ssd-gp3/ubuntu-${release}-${rest.architecture === 'arm64' ? 'arm64' : 'amd64'}-server-20251201`;
  return of(id, `ubuntu/images/${name}`, { owner: '099720109477', ...rest });
};

const amazon = (id: string, name: string, rest: Partial<CatalogueImage>) =>
  of(id, name, { owner: '137112412989', ownerAlias: 'amazon', rootDevice: '/dev/xvda', ...rest });

/** As Amazon names them. Of one release, the images come minutes apart: kernels, then the minimal ones. Those of ECS have another owner. */
const amazonLinux = (architecture: CatalogueImage['architecture'], group: string): readonly CatalogueImage[] => {
  const release = (version: string, kernel: string, edition = '') => ({
    name: `al2023-ami-${edition && 'minimal-'}${version}-kernel-${kernel}-${architecture}`,
    description: `Amazon Linux 2023 AMI ${version} ${architecture} ${edition}HVM kernel-${kernel}`,
  });
  const images = [
    { ...release('2023.9.20251105.0', '6.12'), created: '2025-11-06T02:11:09.000Z' },
    { ...release('2023.9.20251208.0', '6.1'), created: '2025-12-09T02:10:51.000Z' },
    { ...release('2023.9.20251208.0', '6.12'), created: '2025-12-09T02:10:54.000Z' },
    { ...release('2023.9.20251208.0', '6.12', 'Minimal '), created: '2025-12-09T02:14:02.000Z', sizeGiB: 2 },
    {
      name: `al2023-ami-ecs-hvm-2023.0.20251212-kernel-6.1-${architecture}`,
      description: `Amazon Linux AMI 2023.0.20251212 ${architecture} ECS HVM EBS`,
      owner: '591542846629',
      created: '2025-12-12T19:32:40.000Z',
      sizeGiB: 30,
    },
  ];
  return images.map(({ name, ...rest }, index) => amazon(`${group}${index + 1}`, name, { architecture, ...rest }));
};

/** Images that a test names by number. */
export const images: readonly CatalogueImage[] = [
  ubuntu('1', 'jammy-22.04'),
  ubuntu('2', 'noble-24.04', { created: '2025-11-01T00:00:00.000Z' }),
  ubuntu('3', 'noble-24.04'),
  ubuntu('4', 'noble-24.04', { architecture: 'arm64' }),
  of('5', 'debian-12-amd64-20251201-1', { owner: '136693071363', rootDevice: '/dev/xvda' }),
  ubuntu('6', 'noble-24.04', { owner: '000000000666', created: '2025-12-30T00:00:00.000Z' }),
  of('8', 'Windows_Server-2025', { owner: '801119661308', ownerAlias: 'amazon', sizeGiB: 30, platform: 'Windows' }),
  of('9', 'house-image', { owner: '000000000001', sizeGiB: 40 }),
  ...amazonLinux('x86_64', 'a'),
  ...amazonLinux('arm64', 'b'),
  amazon('c1', 'amzn2-ami-hvm-2.0.20251208.0-x86_64-gp2', {
    description: 'Amazon Linux 2 AMI 2.0.20251208.0 x86_64 HVM gp2',
  }),
  amazon('c2', 'amzn-ami-hvm-2018.03.0.20231218.0-x86_64-gp2', {
    description: 'Amazon Linux AMI 2018.03.0.20231218.0 x86_64 HVM gp2',
  }),
  of('d1', 'al2023-ami-2023.9.20251230.0-kernel-6.12-x86_64', {
    owner: '000000000666',
    created: '2025-12-30T00:00:00.000Z',
  }),
  of('d2', 'house-al2023', { owner: '000000000001', architecture: 'arm64' }),
];

export const imageWire = (image: CatalogueImage): Wire => ({
  imageId: image.id,
  name: image.name,
  ...(image.description !== undefined && { description: image.description }),
  imageOwnerId: image.owner,
  ...(image.ownerAlias !== undefined && { imageOwnerAlias: image.ownerAlias }),
  architecture: image.architecture,
  creationDate: image.created,
  imageState: 'available',
  rootDeviceName: image.rootDevice,
  rootDeviceType: 'ebs',
  ...(image.platform !== undefined && { platform: image.platform }),
  blockDeviceMapping: [{ deviceName: image.rootDevice, ebs: { volumeSize: image.sizeGiB } }],
});
