import type * as sdk from '@aws-sdk/client-ec2';

/** Every call of EC2 that the driver makes, with what it gets and what it answers. */
export interface Ec2Calls {
  AuthorizeSecurityGroupIngress: [
    sdk.AuthorizeSecurityGroupIngressCommandInput,
    sdk.AuthorizeSecurityGroupIngressCommandOutput,
  ];
  CancelSpotInstanceRequests: [sdk.CancelSpotInstanceRequestsCommandInput, sdk.CancelSpotInstanceRequestsCommandOutput];
  CreateSecurityGroup: [sdk.CreateSecurityGroupCommandInput, sdk.CreateSecurityGroupCommandOutput];
  CreateTags: [sdk.CreateTagsCommandInput, sdk.CreateTagsCommandOutput];
  DeleteKeyPair: [sdk.DeleteKeyPairCommandInput, sdk.DeleteKeyPairCommandOutput];
  DeleteSecurityGroup: [sdk.DeleteSecurityGroupCommandInput, sdk.DeleteSecurityGroupCommandOutput];
  DescribeAvailabilityZones: [sdk.DescribeAvailabilityZonesCommandInput, sdk.DescribeAvailabilityZonesCommandOutput];
  DescribeImages: [sdk.DescribeImagesCommandInput, sdk.DescribeImagesCommandOutput];
  DescribeInstances: [sdk.DescribeInstancesCommandInput, sdk.DescribeInstancesCommandOutput];
  DescribeInstanceTypeOfferings: [
    sdk.DescribeInstanceTypeOfferingsCommandInput,
    sdk.DescribeInstanceTypeOfferingsCommandOutput,
  ];
  DescribeInstanceTypes: [sdk.DescribeInstanceTypesCommandInput, sdk.DescribeInstanceTypesCommandOutput];
  DescribeKeyPairs: [sdk.DescribeKeyPairsCommandInput, sdk.DescribeKeyPairsCommandOutput];
  DescribeRegions: [sdk.DescribeRegionsCommandInput, sdk.DescribeRegionsCommandOutput];
  DescribeSecurityGroups: [sdk.DescribeSecurityGroupsCommandInput, sdk.DescribeSecurityGroupsCommandOutput];
  DescribeSpotInstanceRequests: [
    sdk.DescribeSpotInstanceRequestsCommandInput,
    sdk.DescribeSpotInstanceRequestsCommandOutput,
  ];
  DescribeSubnets: [sdk.DescribeSubnetsCommandInput, sdk.DescribeSubnetsCommandOutput];
  DescribeVpcs: [sdk.DescribeVpcsCommandInput, sdk.DescribeVpcsCommandOutput];
  ImportKeyPair: [sdk.ImportKeyPairCommandInput, sdk.ImportKeyPairCommandOutput];
  RebootInstances: [sdk.RebootInstancesCommandInput, sdk.RebootInstancesCommandOutput];
  RunInstances: [sdk.RunInstancesCommandInput, sdk.RunInstancesCommandOutput];
  StartInstances: [sdk.StartInstancesCommandInput, sdk.StartInstancesCommandOutput];
  StopInstances: [sdk.StopInstancesCommandInput, sdk.StopInstancesCommandOutput];
  TerminateInstances: [sdk.TerminateInstancesCommandInput, sdk.TerminateInstancesCommandOutput];
}

export type Ec2CallName = keyof Ec2Calls;

/** How much of an account a call needs: `read` of anything, `make` something new, `change` what carries the console's tag. */
type Reach = 'read' | 'make' | 'change' | 'tag';

/** What each call reaches; the policy in docs/drivers is generated from this. */
export const ec2Calls = {
  AuthorizeSecurityGroupIngress: 'change',
  CancelSpotInstanceRequests: 'change',
  CreateSecurityGroup: 'make',
  CreateTags: 'tag',
  DeleteKeyPair: 'change',
  DeleteSecurityGroup: 'change',
  DescribeAvailabilityZones: 'read',
  DescribeImages: 'read',
  DescribeInstances: 'read',
  DescribeInstanceTypeOfferings: 'read',
  DescribeInstanceTypes: 'read',
  DescribeKeyPairs: 'read',
  DescribeRegions: 'read',
  DescribeSecurityGroups: 'read',
  DescribeSpotInstanceRequests: 'read',
  DescribeSubnets: 'read',
  DescribeVpcs: 'read',
  ImportKeyPair: 'make',
  RebootInstances: 'change',
  RunInstances: 'make',
  StartInstances: 'change',
  StopInstances: 'change',
  TerminateInstances: 'change',
} as const satisfies Record<Ec2CallName, Reach>;

/** Makes one call. Throws AppError. */
export type Ec2 = <Name extends Ec2CallName>(name: Name, input: Ec2Calls[Name][0]) => Promise<Ec2Calls[Name][1]>;

/** Who a credential is, as STS tells it. */
export interface CallerIdentity {
  readonly account: string;
  readonly arn: string;
}

/** An account at one endpoint. Close it when the verb ends. */
export interface AwsSession {
  /** In the region of the machine. */
  readonly ec2: Ec2;
  /** In the region that the credential names, which is never switched off. */
  readonly home: Ec2;
  identity(): Promise<CallerIdentity>;
  close(): void;
}
