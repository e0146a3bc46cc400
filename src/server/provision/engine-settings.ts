import { z } from 'zod';

import { hostAddressSchema } from '@/lib/host-address';

import { parseDaemonKeys } from './daemon-keys';
import { engineSource, engineVersion } from './engine-source';
import { isRegistryAddress, plainLine, webUrl } from './field-rules';

const groups = { install: 'Installation', daemon: 'Engine', registries: 'Registries', logs: 'Logs' } as const;

const label = plainLine(512).regex(
  /^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?=/,
  'Must be key=value, the key made of letters, digits, dots, dashes and slashes.',
);

const keyOf = (text: string) => text.slice(0, text.indexOf('='));

const storageDrivers = ['overlay2', 'fuse-overlayfs', 'btrfs', 'zfs', 'vfs'] as const;

/** Built into the engine; plugins have names of their own. */
const logDrivers = [
  'json-file',
  'local',
  'journald',
  'syslog',
  'fluentd',
  'gelf',
  'awslogs',
  'splunk',
  'gcplogs',
  'none',
];

/**
 * The engine's part of the create form. Flat on purpose, so that a form can be drawn from its JSON schema: scalars,
 * enumerations, arrays of strings, records of strings, one union by `kind`, one text that holds JSON.
 * A parsed value parses again to itself.
 */
export const engineSettings = z.strictObject({
  source: engineSource
    .default({ kind: 'distribution' })
    .meta({ title: 'Install from', group: groups.install, description: 'An engine that is there already is kept.' }),
  version: engineVersion
    .optional()
    .meta({ title: 'Version', group: groups.install, description: 'Empty: the newest that the source offers.' }),
  labels: z
    .array(label)
    .max(64)
    .refine((labels) => new Set(labels.map(keyOf)).size === labels.length, 'Two labels have the same key.')
    .default([])
    .meta({ title: 'Labels', group: groups.daemon, description: 'key=value', machineFlag: 'engine-label' }),
  extraSans: z.array(hostAddressSchema).max(16).default([]).meta({
    title: 'Further names in its certificate',
    group: groups.daemon,
    description: 'Host names and addresses, beside the address of the machine, by which clients reach the engine.',
    machineFlag: 'tls-san',
  }),
  registryMirrors: z
    .array(webUrl())
    .max(16)
    .default([])
    .meta({ title: 'Registry mirrors', group: groups.registries, machineFlag: 'engine-registry-mirror' }),
  insecureRegistries: z
    .array(
      z
        .string()
        .max(300)
        .refine(
          isRegistryAddress,
          'Must be a host name or address with an optional port, or a range such as 10.0.0.0/8.',
        ),
    )
    .max(64)
    .default([])
    .meta({
      title: 'Insecure registries',
      group: groups.registries,
      description: 'Used over http or with a certificate that nobody checks.',
      machineFlag: 'engine-insecure-registry',
    }),
  logDriver: z
    .string()
    .max(128)
    .regex(/^[a-z0-9][a-z0-9._/:-]*$/, 'Must be the name of a log driver, such as json-file.')
    .optional()
    .meta({ title: 'Log driver', group: groups.logs, suggestions: logDrivers }),
  logOptions: z
    .record(
      z
        .string()
        .max(128)
        .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'Must be the name of an option, such as max-size.'),
      plainLine(1024),
    )
    .default({})
    .meta({ title: 'Log options', group: groups.logs, description: 'For example max-size: 10m' }),
  storageDriver: z.enum(storageDrivers).optional().meta({
    title: 'Storage driver',
    group: groups.daemon,
    description: 'Empty: what the engine chooses. Another one hides the images and containers that are there.',
    machineFlag: 'engine-storage-driver',
  }),
  environment: z
    .record(
      z
        .string()
        .max(128)
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Must be the name of a variable, such as HTTPS_PROXY.'),
      plainLine(4096),
    )
    .default({})
    .meta({
      title: 'Environment',
      group: groups.daemon,
      description: 'Variables of the engine, such as HTTP_PROXY. Proxies are used for its installation as well.',
      machineFlag: 'engine-env',
    }),
  daemon: z
    .string()
    .max(32_768)
    .superRefine((text, issues) => {
      const keys = parseDaemonKeys(text);
      if (!keys.ok) issues.addIssue({ code: 'custom', message: keys.message });
    })
    .default('')
    .meta({
      title: 'Further daemon.json keys',
      group: groups.daemon,
      description: 'A JSON object, merged into what the host has.',
      language: 'json',
      multiline: true,
      machineFlag: 'engine-opt',
    }),
});

export type EngineSettings = z.output<typeof engineSettings>;
