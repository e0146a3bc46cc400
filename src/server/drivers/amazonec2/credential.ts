import { z } from 'zod';

const accessKeyId = z
  .string()
  .trim()
  .regex(/^\w{16,128}$/, 'An access key id has letters and digits only, like AKIAIOSFODNN7EXAMPLE.')
  .meta({ title: 'Access key id', placeholder: 'AKIA…', machineFlag: 'amazonec2-access-key' });

const secretAccessKey = z
  .string()
  .trim()
  .min(1, 'Enter the secret access key.')
  .max(256)
  .meta({ title: 'Secret access key', secret: true, machineFlag: 'amazonec2-secret-key' });

const endpoint = z.url({ protocol: /^https?$/, error: 'Enter an http or https address.' }).max(300);

export const regionSchema = z
  .string()
  .trim()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A region is written like eu-central-1.')
  .max(40);

const identity = z.discriminatedUnion('kind', [
  z
    .strictObject({ kind: z.literal('keys'), accessKeyId, secretAccessKey })
    .meta({ title: 'Access key', description: 'Of an IAM user.' }),
  z
    .strictObject({
      kind: z.literal('session'),
      accessKeyId,
      secretAccessKey,
      sessionToken: z
        .string()
        .trim()
        .min(1, 'Enter the session token.')
        .max(8192)
        .meta({ title: 'Session token', secret: true, machineFlag: 'amazonec2-session-token' }),
    })
    .meta({
      title: 'Temporary access key',
      description:
        'With a session token. It ends by itself; machines cannot be removed after that until it is replaced.',
    }),
  z
    .strictObject({
      kind: z.literal('role'),
      roleArn: z
        .string()
        .trim()
        .regex(
          /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
          'A role is written like arn:aws:iam::123456789012:role/quaymaster.',
        )
        .meta({ title: 'Role', placeholder: 'arn:aws:iam::123456789012:role/quaymaster' }),
      externalId: z
        .string()
        .trim()
        .regex(/^[\w+=,.@:/-]{2,1224}$/, 'An external id has 2 characters or more, without spaces.')
        .optional()
        .meta({ title: 'External id', description: "Where the role's trust policy asks for one." }),
      accessKeyId: accessKeyId.optional(),
      secretAccessKey: secretAccessKey.optional(),
    })
    .refine((role) => (role.accessKeyId === undefined) === (role.secretAccessKey === undefined), {
      path: ['secretAccessKey'],
      error: 'Enter both the access key id and the secret access key, or none of them.',
    })
    .meta({
      title: 'Role that the console assumes',
      description: "With an access key, or without one as the console's own server.",
    }),
  z.strictObject({ kind: z.literal('server') }).meta({
    title: "The server's own",
    description:
      "The role or the environment of the console's own server. Its operator names the teams that may: QUAYMASTER_CLOUD_IDENTITY_TEAMS.",
  }),
]);

/** Whether the values sign as the console's own server. */
export const usesServer = ({ identity: who }: { readonly identity: z.output<typeof identity> }): boolean =>
  who.kind === 'server' || (who.kind === 'role' && who.accessKeyId === undefined);

export const credential = z
  .strictObject({
    identity: identity.meta({ title: 'Who the console is' }),
    region: regionSchema.default('us-east-1').meta({
      title: 'Home region',
      description: 'Asked who the credential is and which regions there are; in GovCloud and China one of theirs.',
      suggestions: ['us-east-1', 'eu-central-1', 'us-gov-west-1', 'cn-north-1'],
    }),
    endpoint: endpoint.optional().meta({
      title: 'Endpoint',
      description: 'For private clouds that speak EC2. Left empty: Amazon.',
      placeholder: 'https://ec2.cloud.example.com',
      group: 'Endpoint',
      isDestination: true,
      machineFlag: 'amazonec2-endpoint',
    }),
    stsEndpoint: endpoint.optional().meta({
      title: 'STS endpoint',
      description: 'Left empty: the same as the endpoint.',
      group: 'Endpoint',
      isDestination: true,
    }),
  })
  .refine((values) => !values.endpoint || !usesServer(values), {
    path: ['endpoint'],
    error: "The server's own identity is for Amazon only: another endpoint would learn its session token.",
  })
  .refine((values) => !values.stsEndpoint || values.endpoint, {
    path: ['stsEndpoint'],
    error: 'Enter the endpoint as well.',
  });

export type AwsCredential = z.output<typeof credential>;
