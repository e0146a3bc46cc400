import { z } from 'zod';

/** Each value but the first provokes one failure, for tests and for seeing by hand what a member would see. */
const scenarios = [
  'works',
  'quota',
  'create-fails',
  'lost-answer',
  'slow-boot',
  'bad-ssh',
  'log-flood',
  'log-trickle',
  'hang',
  'remove-fails',
  'provider-down',
  'address-moves',
] as const;

export const options = z.strictObject({
  scenario: z
    .enum(scenarios)
    .default('works')
    .meta({
      title: 'What happens',
      description: 'Nothing real is made: choose how the simulation goes.',
      choices: {
        works: 'Everything works',
        quota: 'Refused before anything is made: the quota is used up',
        'create-fails': 'Fails after the instance was made',
        'lost-answer': 'The instance is made, but the answer is lost',
        'slow-boot': 'Takes 20 s to boot',
        'bad-ssh': 'Boots, but SSH never answers',
        'log-flood': 'Writes 20,000 lines of log',
        'log-trickle': 'Writes 3,000 lines of log in half a minute',
        hang: 'Hangs until it is cancelled',
        'remove-fails': 'Cannot be removed the first time',
        'provider-down': 'The provider cannot be reached once the machine is made',
        'address-moves': 'Has another address after each start',
      },
    }),
  size: z
    .enum(['small', 'large'])
    .default('small')
    .meta({ title: 'Size', choices: { small: 'Small (1 CPU)', large: 'Large (8 CPUs)' } }),
  credentialId: z
    .uuid({ error: 'Choose a credential, or add one here.' })
    .optional()
    .meta({ title: 'Account', description: 'Any simulated account, or none.', widget: 'credential' }),
  zone: z
    .string()
    .max(40)
    .optional()
    .meta({ title: 'Zone', live: { needs: ['credentialId'], follows: ['size'] }, placeholder: 'any' }),
  token: z.string().min(1).max(200).optional().meta({ title: 'Token', description: 'Any text.', secret: true }),
  latencySeconds: z.number().min(0).max(60).default(0).meta({ title: 'Time that each call takes', unit: 's' }),
  diskGiB: z.int().min(1).max(1024).default(10).meta({ title: 'Disk', unit: 'GiB', group: 'Storage' }),
  encrypted: z.boolean().default(true).meta({ title: 'Encrypt the disk', group: 'Storage' }),
  tags: z
    .array(z.string().min(1).max(40))
    .max(10)
    .default([])
    .meta({ title: 'Tags', description: 'At most ten.', group: 'Naming' }),
});

export const state = z.strictObject({
  keyPairId: z.string().optional(),
  diskId: z.string().optional(),
  instanceId: z.string().optional(),
  addressId: z.string().optional(),
  address: z.string().optional(),
});

/** An account of the simulated provider. Its name decides how the provider answers. */
export const credential = z.strictObject({
  account: z
    .enum(['open', 'rejected', 'down'])
    .default('open')
    .meta({
      title: 'Account',
      choices: { open: 'Open', rejected: 'Rejected by the provider', down: 'The provider does not answer' },
    }),
  endpoint: z
    .url({ protocol: /^https?$/, error: 'Enter an http or https address.' })
    .optional()
    .meta({ title: 'Endpoint', isDestination: true }),
  login: z
    .discriminatedUnion('kind', [
      z
        .strictObject({
          kind: z.literal('password'),
          user: z.string().min(1).max(40).meta({ title: 'User' }),
          password: z.string().min(1).max(200).meta({ title: 'Password', secret: true }),
        })
        .meta({ title: 'Password' }),
      z.strictObject({ kind: z.literal('nobody') }).meta({ title: 'Nobody' }),
    ])
    .meta({ title: 'Signs in as' }),
});
