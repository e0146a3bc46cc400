import type { Wire } from './wire.test-support';

export interface CatalogueImage {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly created: string;
  readonly sizeGiB: number;
  readonly platform?: string;
}

const canonical = '099720109477';
const debian = '136693071363';
const ubuntuName = (series: string, version: string, architecture: string) =>
  `ubuntu/images/hvm-ssd-gp3/ubuntu-${series}-${version}-${architecture}-server-20251201`;

/** What Amazon offers, as far as the tests look at it. */
export const catalogue = {
  regions: [
    { regionName: 'us-east-1', optInStatus: 'opt-in-not-required' },
    { regionName: 'eu-central-1', optInStatus: 'opt-in-not-required' },
    { regionName: 'af-south-1', optInStatus: 'not-opted-in' },
  ],
  zones: ['a', 'b'],
  vpcs: [
    { id: 'vpc-00000000000000001', cidr: '172.31.0.0/16', isDefault: true, name: '' },
    { id: 'vpc-00000000000000002', cidr: '10.9.0.0/16', isDefault: false, name: 'Docks' },
  ],
  subnets: [
    { id: 'subnet-0000000000000000a', vpc: 'vpc-00000000000000001', zone: 'a', isDefault: true },
    { id: 'subnet-0000000000000000b', vpc: 'vpc-00000000000000001', zone: 'b', isDefault: true },
    { id: 'subnet-0000000000000000c', vpc: 'vpc-00000000000000002', zone: 'a', isDefault: false },
    { id: 'subnet-0000000000000000d', vpc: 'vpc-00000000000000002', zone: 'b', isDefault: false },
  ],
  /** `zones`: where it can be had. */
  types: [
    { name: 't3.small', cpus: 2, mib: 2048, architecture: 'x86_64', zones: ['a', 'b'] },
    { name: 't3.micro', cpus: 2, mib: 1024, architecture: 'x86_64', zones: ['b'] },
    { name: 't4g.small', cpus: 2, mib: 2048, architecture: 'arm64', zones: ['a', 'b'] },
    { name: 'p5.48xlarge', cpus: 1, mib: 512, architecture: 'x86_64', zones: [] },
  ],
  images: [
    {
      id: 'ami-00000000000000001',
      name: ubuntuName('jammy', '22.04', 'amd64'),
      owner: canonical,
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000002',
      name: ubuntuName('noble', '24.04', 'amd64'),
      owner: canonical,
      architecture: 'x86_64',
      created: '2025-11-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000003',
      name: ubuntuName('noble', '24.04', 'amd64'),
      owner: canonical,
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000004',
      name: ubuntuName('noble', '24.04', 'arm64'),
      owner: canonical,
      architecture: 'arm64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000005',
      name: 'debian-12-amd64-20251201-1',
      owner: debian,
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000006',
      name: ubuntuName('noble', '24.04', 'amd64'),
      owner: '000000000666',
      architecture: 'x86_64',
      created: '2025-12-30T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000007',
      name: 'al2023-ami-2023.9-x86_64',
      owner: '137112412989',
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 8,
    },
    {
      id: 'ami-00000000000000008',
      name: 'Windows_Server-2025',
      owner: '801119661308',
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 30,
      platform: 'Windows',
    },
    {
      id: 'ami-00000000000000009',
      name: 'house-image',
      owner: '000000000001',
      architecture: 'x86_64',
      created: '2025-12-01T00:00:00.000Z',
      sizeGiB: 40,
    },
  ] satisfies CatalogueImage[] as readonly CatalogueImage[],
} as const;

export const imageWire = (image: CatalogueImage): Wire => ({
  imageId: image.id,
  name: image.name,
  imageOwnerId: image.owner,
  architecture: image.architecture,
  creationDate: image.created,
  imageState: 'available',
  rootDeviceName: '/dev/sda1',
  rootDeviceType: 'ebs',
  ...(image.platform !== undefined && { platform: image.platform }),
  blockDeviceMapping: [{ deviceName: '/dev/sda1', ebs: { volumeSize: image.sizeGiB } }],
});
