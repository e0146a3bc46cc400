import { z } from 'zod';

import { hostAddressSchema } from '@/lib/host-address';

const portSchema = z
  .int({ error: 'Enter a port number from 1 to 65535.' })
  .min(1, 'Enter a port number from 1 to 65535.')
  .max(65_535, 'Enter a port number from 1 to 65535.');

export const options = z
  .strictObject({
    address: hostAddressSchema.meta({
      title: 'Address',
      description: 'Host name or IP address. Docker clients will use it too, so it has to be reachable for them.',
      placeholder: 'host.example.com',
      perMachine: true,
      machineFlag: 'generic-ip-address',
    }),
    sshPort: portSchema.default(22).meta({ title: 'SSH port', machineFlag: 'generic-ssh-port' }),
    sshUser: z
      .string()
      .trim()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_.-]{0,31}$/,
        'A user name begins with a letter and holds letters, digits, ".", "_" and "-" only, at most 32.',
      )
      .default('root')
      .meta({
        title: 'SSH user',
        description: 'root, or a user that may use sudo.',
        machineFlag: 'generic-ssh-user',
      }),
    sudoPassword: z
      .string()
      .min(1)
      .max(512, 'A password has at most 512 characters.')
      .regex(/^[^\0\r\n]*$/, 'A password holds no line breaks.')
      .optional()
      .meta({
        title: 'Sudo password',
        description: 'Only where sudo asks this user for one.',
        secret: true,
      }),
    sshKeyId: z
      .uuid({ error: 'Choose an SSH key, or make one here.' })
      .meta({ title: 'SSH key', widget: 'ssh-key', machineFlag: 'generic-ssh-key' }),
    enginePort: portSchema.default(2376).meta({
      title: 'Engine port',
      description: 'Docker clients connect to it over TLS.',
      machineFlag: 'generic-engine-port',
    }),
  })
  .refine((value) => value.sshPort !== value.enginePort, {
    path: ['enginePort'],
    error: 'SSH listens on this port. Choose another one for the engine.',
  });

/** The host was there before and stays when the machine is removed: there is nothing to remember. */
export const state = z.strictObject({});
