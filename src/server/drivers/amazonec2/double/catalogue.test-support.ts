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
    {
      id: 'subnet-0000000000000000a',
      vpc: 'vpc-00000000000000001',
      zone: 'a',
      isDefault: true,
      ipv6: '2001:db8:1::/64',
    },
    { id: 'subnet-0000000000000000b', vpc: 'vpc-00000000000000001', zone: 'b', isDefault: true, ipv6: null },
    { id: 'subnet-0000000000000000c', vpc: 'vpc-00000000000000002', zone: 'a', isDefault: false, ipv6: null },
    { id: 'subnet-0000000000000000d', vpc: 'vpc-00000000000000002', zone: 'b', isDefault: false, ipv6: null },
  ],
  /** `zones`: where it can be had. */
  types: [
    { name: 't3.small', cpus: 2, mib: 2048, architecture: 'x86_64', zones: ['a', 'b'] },
    { name: 't3.micro', cpus: 2, mib: 1024, architecture: 'x86_64', zones: ['b'] },
    { name: 't4g.small', cpus: 2, mib: 2048, architecture: 'arm64', zones: ['a', 'b'] },
    { name: 'a1.medium', cpus: 1, mib: 2048, architecture: 'arm64', zones: ['a', 'b'] },
    { name: 'p5.48xlarge', cpus: 192, mib: 2_097_152, architecture: 'x86_64', zones: [] },
  ],
} as const;
