import type { OptionValues } from '@/app/_forms/option-values';
import type { HypervisorKind } from '@/lib/hypervisor-host';
import type { OptionSchema } from '@/lib/option-schema';
import type { RouterOutputs } from '@/trpc/client';

export type Hypervisor = RouterOutputs['hypervisors']['get'];

/** What the form of a hypervisor host holds. */
export interface HypervisorValues {
  readonly name: string;
  readonly kind: HypervisorKind;
  readonly way: OptionValues;
  readonly forgetsPassword: boolean;
}

export const valuesOf = (host: Hypervisor | undefined): HypervisorValues => ({
  name: host?.name ?? '',
  kind: host?.kind ?? 'ssh',
  way: {
    address: host?.address ?? '',
    port: host?.sshPort ?? 22,
    user: host?.sshUser ?? 'root',
    sshKeyId: host?.sshKeyId ?? '',
    sudoPassword: '',
  },
  forgetsPassword: false,
});

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export interface WayInput {
  readonly address: string;
  readonly port: number;
  readonly user: string;
  readonly sshKeyId: string;
  readonly sudoPassword?: string | null;
}

/** How the host is reached, as the server takes it; a password that was not entered is left out, one to be forgotten is null. Pure. */
export const wayOf = ({ way, forgetsPassword }: HypervisorValues): WayInput => {
  const sudoPassword = text(way['sudoPassword']);
  return {
    address: text(way['address']),
    port: Number(way['port']),
    user: text(way['user']),
    sshKeyId: text(way['sshKeyId']),
    ...(forgetsPassword ? { sudoPassword: null } : sudoPassword !== '' && { sudoPassword }),
  };
};

const fields = ['address', 'port', 'user', 'sshKeyId', 'sudoPassword'] as const;

/** The server's field errors, which stand under "host", "ssh" or nothing, at the fields of this form. Pure. */
export const errorsOf = (fieldErrors: Readonly<Record<string, string>> | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fieldErrors ?? {}).map(([path, message]) => {
      const name = path.split('.').at(-1) ?? path;
      return [fields.some((field) => field === name) ? `way.${name}` : name, message];
    }),
  );

export interface WayTexts {
  readonly address: string;
  readonly addressHint: string;
  readonly port: string;
  readonly user: string;
  readonly userHint: string;
  readonly sshKey: string;
  readonly sudoPassword: string;
  readonly sudoPasswordHint: string;
}

/** Draws the fields of the way as the option form draws a driver's. Pure. */
export const waySchema = (texts: WayTexts): OptionSchema => ({
  type: 'object',
  required: ['address', 'port', 'user', 'sshKeyId'],
  properties: {
    address: {
      type: 'string',
      title: texts.address,
      description: texts.addressHint,
      placeholder: 'host.example.com',
    },
    port: { type: 'integer', title: texts.port },
    user: { type: 'string', title: texts.user, description: texts.userHint },
    sudoPassword: {
      type: 'string',
      title: texts.sudoPassword,
      description: texts.sudoPasswordHint,
      secret: true,
    },
    sshKeyId: { type: 'string', title: texts.sshKey, widget: 'ssh-key' },
  },
});
