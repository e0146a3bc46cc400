import { z } from 'zod';

/** What the driver remembers of a machine. */
export const state = z.strictObject({
  keyId: z.string().optional(),
  vpcId: z.string().optional(),
  subnetId: z.string().optional(),
  zone: z.string().optional(),
  imageId: z.string().optional(),
  imageUser: z.string().optional(),
  rootDevice: z.string().optional(),
  keyName: z.string().optional(),
  groupIds: z.array(z.string()).optional(),
  /** What was opened in groups that the console has not made, in words. */
  addedRules: z.array(z.string()).optional(),
  /** Differs from attempt to attempt, so that a new one is not answered with the instance of an old one. */
  attempt: z.string().optional(),
  instanceId: z.string().optional(),
  spotRequestId: z.string().optional(),
  address: z.string().optional(),
});

export type Ec2State = z.output<typeof state>;
