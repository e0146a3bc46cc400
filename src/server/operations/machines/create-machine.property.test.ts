import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';
import { parseMachineSettings } from '@/server/operations/drivers/parse-machine-settings';

import { rejection } from '../../../../test/support/rejection';
import { createTestConsole, type TestConsole, type TestMember } from '../../../../test/support/test-console';
import { createMachine } from './create-machine';

let console_: TestConsole;
let member: TestMember;
let keyId: string;

beforeAll(async () => {
  console_ = await createTestConsole();
  member = await console_.seedMember(await console_.seedTeam());
  keyId = (await member.call.sshKeys.generate({ team: member.team.slug, name: 'Hosts' })).id;
});
afterAll(() => console_.close());

const metacharacters = [
  ...' \t\n\r\0;&|<>()[]{}$`\\"\'*?!#~%^,@:=',
  '$(reboot)',
  '`reboot`',
  "';reboot;'",
  '\u2028',
  '\u0085',
  '\u202E',
  '-oProxyCommand=reboot',
  '../',
  'é',
];

const hostile = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...metacharacters) },
      fc.string({ unit: fc.constantFrom(...'abz09.-_/') }),
    ),
    { minLength: 1, maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const optionFields = ['address', 'sshUser', 'sshKeyId', 'sudoPassword'] as const;
const engineFields = {
  version: (text: string) => text,
  labels: (text: string) => [`key=${text}`],
  registryMirrors: (text: string) => [`https://${text}`],
  insecureRegistries: (text: string) => [text],
  logDriver: (text: string) => text,
  logOptions: (text: string) => ({ 'max-size': text }),
  environment: (text: string) => ({ NO_PROXY: text }),
  storageDriver: (text: string) => text,
} as const;

const baseOptions = () => ({ address: 'host.example.test', sshKeyId: keyId });

const accepted = (options: Record<string, unknown>, engine: Record<string, unknown>) => {
  try {
    return parseMachineSettings(member.context, { driver: 'generic', options, engine });
  } catch (error) {
    if (error instanceof AppError && error.code === 'input.invalid') return undefined;
    throw error;
  }
};

const stringsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flat().flatMap(stringsIn);
  return [];
};

describe('what a member enters for a new machine', () => {
  it('goes to a host only without any character that a shell, a file or a log would take for more than text', () => {
    fc.assert(
      fc.property(fc.constantFrom(...optionFields), hostile, (field, text) => {
        const settings = accepted({ ...baseOptions(), [field]: text }, {});
        if (!settings) return;
        const { ssh, address } = settings.target;
        expect(address).toMatch(/^[a-z0-9](?:[a-z0-9.:-]*[a-z0-9])?$|^::/);
        expect(ssh?.user).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]*$/);
        expect(ssh?.keyId).toMatch(/^[0-9a-f-]{36}$/i);
        expect(ssh?.sudoPassword ?? '').not.toMatch(/[\0\r\n]/);
      }),
      { numRuns: 2000 },
    );
  });

  it('is one line each in the engine settings', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(engineFields) as (keyof typeof engineFields)[])),
        hostile,
        (field, text) => {
          const settings = accepted(baseOptions(), { [field]: engineFields[field](text) });
          for (const value of stringsIn(settings?.engine ?? {})) expect(value).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused as a name unless it is a host-name label', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (name) => {
        const call = createMachine(member.context, {
          name,
          driver: 'generic',
          options: baseOptions(),
          engine: {},
          enforcement: 'gate',
        });
        const outcome = await call.then((created) => created.name).catch(() => rejection(call));
        if (typeof outcome === 'string') expect(outcome).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
        else expect(outcome.fieldErrors).toHaveProperty('name');
      }),
      { numRuns: 200 },
    );
  });

  it('comes back from the database as it was entered', async () => {
    const environment = { NO_PROXY: `a'b"c$(reboot)\`x\`;&|` };
    const { machineId } = await createMachine(member.context, {
      name: 'verbatim',
      driver: 'generic',
      options: baseOptions(),
      engine: { environment, labels: [`note=';drop table "Machine"; --`] },
      enforcement: 'gate',
    });
    const row = await console_.runtime.database.prisma.machine.findUniqueOrThrow({
      where: { id: machineId },
      select: { engineSettings: true, labels: true },
    });
    expect(row).toMatchObject({
      engineSettings: { environment },
      labels: { note: `';drop table "Machine"; --` },
    });
  });
});
