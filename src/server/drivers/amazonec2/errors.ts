import { AppError } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';

/** What the SDK throws, as far as it is looked at. */
interface AwsError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string } | undefined;
}

const asAwsError = (thrown: unknown): AwsError =>
  thrown instanceof Error ? (thrown as AwsError) : { name: 'Unknown', message: String(thrown) };

/** The provider's own word for what went wrong: "InvalidGroup.NotFound". */
export const awsCode = (thrown: unknown): string => {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  return asAwsError(cause).name;
};

/** In one word what went wrong: of the provider, or of the network, as "ECONNRESET". */
export const faultOf = (thrown: unknown): string => asAwsError(thrown).code ?? asAwsError(thrown).name;

/** Whether the provider answered with one of these, or with one that begins so ("InvalidInstanceID*"). */
export const isAwsError = (thrown: unknown, ...codes: readonly string[]): boolean => {
  const found = awsCode(thrown);
  return codes.some((code) => (code.endsWith('*') ? found.startsWith(code.slice(0, -1)) : found === code));
};

const throttled = new Set([
  'RequestLimitExceeded',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'EC2ThrottledException',
  'SlowDown',
  'TooManyRequestsException',
]);

const unwell = new Set([
  'InternalError',
  'InternalFailure',
  'ServiceUnavailable',
  'Unavailable',
  'InternalServerError',
]);

const unheard = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
]);

/** Whether the same call may go well a little later. */
export function isPassing(thrown: unknown): boolean {
  const error = asAwsError(thrown);
  if (throttled.has(error.name) || unwell.has(error.name)) return true;
  if (unheard.has(error.code ?? '') || unheard.has(error.name)) return true;
  // Amazon says 500 also where it has no capacity, which is an answer.
  if (meanings[error.name]) return false;
  return (error.$metadata?.httpStatusCode ?? 0) >= 500;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly says: (error: AwsError, call: string) => string;
  /** The option that it is about. */
  readonly field?: string;
}

const rejected = (says: string): Meaning => ({ code: 'credential.rejected', says: () => says });
const failed = (says: (error: AwsError) => string, field?: string): Meaning => ({
  code: 'driver.failed',
  says,
  ...(field !== undefined && { field }),
});
/** What was entered is to blame, and the same again would be refused again. */
const invalid = (field: string, says: (error: AwsError) => string): Meaning => ({ code: 'input.invalid', says, field });

const wrongKey = rejected(
  'Amazon does not accept the credential: the access key is wrong, was withdrawn, or the region is not enabled for the account. Check the credential, and that the region is enabled.',
);
const expired = rejected(
  'The credential has expired. Enter a new one under Credentials; a role that the console assumes does not expire.',
);
const quota = failed(
  ({ message }) =>
    `The quota of the account is used up: ${message} Ask Amazon for a higher one under Service Quotas, choose a smaller type, or another region.`,
  'instanceType',
);
const noCapacity = failed(
  ({ message }) =>
    `Amazon has no room for this instance type there now: ${message} Choose another zone or type, or retry later.`,
  'instanceType',
);

/** The permission that a refusal names, or the one that the call stands for. */
const permissionIn = ({ message }: AwsError, call: string): string =>
  /not authorized to perform: ([a-z0-9-]+:\w+)/i.exec(message)?.[1] ?? `ec2:${call}`;

const notAllowed: Meaning = {
  code: 'driver.not-allowed',
  says: (error, call) =>
    `The credential lacks the permission ${permissionIn(error, call)}. Whoever administers the account adds it to the policy of its user or role; the page of this driver in the documentation has the whole policy.`,
};

/** By code, or by call and code where the same code means something else there. */
const meanings: Readonly<Record<string, Meaning>> = {
  AuthFailure: wrongKey,
  InvalidClientTokenId: wrongKey,
  UnrecognizedClientException: wrongKey,
  SignatureDoesNotMatch: wrongKey,
  InvalidAccessKeyId: wrongKey,
  IncompleteSignature: wrongKey,
  MissingAuthenticationToken: wrongKey,
  ExpiredToken: expired,
  ExpiredTokenException: expired,
  RequestExpired: rejected(
    "Amazon says that the request has expired: the session is over, or the clock of the console's server is wrong.",
  ),
  CredentialsProviderError: rejected(
    "The console's server has no identity at Amazon: neither a role nor an environment with keys. Enter an access key instead.",
  ),
  Blocked: rejected('Amazon has blocked the account. Ask its owner.'),
  PendingVerification: failed(() => 'Amazon is still verifying the account for this region. Retry later.', 'region'),
  OptInRequired: failed(
    ({ message }) => `The account has not signed up for this: ${message} Enable the region in the AWS console.`,
    'region',
  ),
  'RunInstances OptInRequired': failed(
    ({ message }) =>
      `The account has not accepted the terms of this image: ${message} Subscribe to it in the AWS Marketplace, or choose another image.`,
    'image',
  ),
  UnauthorizedOperation: notAllowed,
  AccessDenied: notAllowed,
  AccessDeniedException: notAllowed,
  VcpuLimitExceeded: quota,
  InstanceLimitExceeded: quota,
  MaxSpotInstanceCountExceeded: quota,
  SecurityGroupLimitExceeded: failed(
    ({ message }) => `There are too many security groups: ${message}`,
    'securityGroups',
  ),
  RulesPerSecurityGroupLimitExceeded: invalid(
    'allowedSources',
    ({ message }) => `The security group has too many rules: ${message} Give fewer sources or ports.`,
  ),
  VolumeLimitExceeded: failed(({ message }) => `There are too many volumes: ${message}`, 'rootGiB'),
  MaxIOPSLimitExceeded: failed(({ message }) => `There is too much IOPS in use: ${message}`, 'iops'),
  InsufficientInstanceCapacity: noCapacity,
  InsufficientHostCapacity: noCapacity,
  InsufficientCapacity: noCapacity,
  InsufficientReservedInstanceCapacity: noCapacity,
  SpotMaxPriceTooLow: invalid('spotMaxPrice', ({ message }) => `The highest price is too low: ${message}`),
  InsufficientFreeAddressesInSubnet: failed(() => 'The subnet has no free address. Choose another one.', 'subnetId'),
  Unsupported: invalid('instanceType', ({ message }) => `Amazon cannot do this there: ${message}`),
  InvalidInstanceType: invalid('instanceType', () => 'There is no such instance type in this region.'),
  'InvalidAMIID.NotFound': invalid(
    'image',
    () => 'There is no such image in this region, or the account may not use it.',
  ),
  'InvalidAMIID.Malformed': invalid('image', () => 'This is no id of an image.'),
  'InvalidAMIID.Unavailable': failed(() => 'The image is not available now.', 'image'),
  'InvalidSubnetID.NotFound': invalid('subnetId', () => 'There is no such subnet in this region.'),
  'InvalidVpcID.NotFound': invalid('vpcId', () => 'There is no such VPC in this region.'),
  'InvalidGroup.NotFound': invalid('securityGroups', () => 'There is no such security group in this VPC.'),
  'InvalidGroupId.Malformed': invalid('securityGroups', () => 'This is no id of a security group.'),
  'InvalidKeyPair.NotFound': invalid('keyPairName', () => 'There is no such key pair in this region.'),
  VPCIdNotSpecified: invalid('vpcId', () => 'The account has no default VPC here. Choose a VPC or a subnet.'),
  OperationNotPermitted: failed(
    ({ message }) =>
      `Amazon does not permit it: ${message} Where the instance is protected against termination, switch that off in the AWS console.`,
  ),
};

const unreachable = (error: AwsError, says: string, cause: unknown) =>
  new AppError({ code: 'driver.unreachable', public: says, internal: `${error.name}: ${error.message}`, cause });

/** What a call that failed means, for a member. */
export function toDriverError(thrown: unknown, call: string): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = asAwsError(thrown);
  if (throttled.has(error.name)) {
    return unreachable(error, 'Amazon EC2 answers no more calls of this account for now: too many were made.', thrown);
  }
  if (isPassing(thrown)) {
    return unreachable(error, `Amazon EC2 does not answer (${faultOf(thrown)}).`, thrown);
  }
  const meaning = meanings[`${call} ${error.name}`] ?? meanings[error.name];
  const sentence = meaning
    ? meaning.says(error, call)
    : `Amazon EC2 refused ${call}: ${error.message} (${error.name}).`;
  return new AppError({
    code: meaning?.code ?? 'driver.failed',
    public: sentence,
    internal: `${call} ${error.name} request ${error.$metadata?.requestId ?? 'unknown'}`,
    ...(meaning?.field !== undefined && { fieldErrors: { [`options.${meaning.field}`]: sentence } }),
    cause: thrown,
  });
}

/** Refuses options that do not go together before anything is made. */
export const refuseAll = (fields: readonly string[], sentence: string) =>
  new AppError({
    code: 'input.invalid',
    public: sentence,
    fieldErrors: Object.fromEntries(fields.map((field) => [`options.${field}`, sentence])),
  });

/** Refuses an option before anything is made. */
export const refuse = (field: string, sentence: string) => refuseAll([field], sentence);
