import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { checkImports } from './check-imports.mjs';

// Each rule is seen to fail once: a check that passes whatever it is given protects nothing.
const faults: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  'no-cycles': ['src/lib/round.ts', './about'],
  'not-to-unresolvable': ['src/lib/lost.ts', './nowhere'],
  'lib-is-pure': ['src/lib/impure.ts', '../server/db/database'],
  'app-not-into-the-server': ['src/app/page.tsx', '../server/db/database'],
  'widgets-know-no-data': ['src/app/_ui/badge.tsx', '../../trpc/client'],
  'routers-are-thin': ['src/server/routers/thick.ts', '../db/database'],
  'operations-know-no-transport': ['src/server/operations/area/do-thing.ts', '../../routers/root'],
  'drivers-stand-alone': ['src/server/drivers/cloud/index.ts', '../../db/database'],
  'driver-knows-no-other-driver': ['src/server/drivers/cloud/borrowed.ts', '../other/index'],
  'provision-stands-alone': ['src/server/provision/reaching.ts', '../db/database'],
  'pki-stands-alone': ['src/server/pki/reaching.ts', '../db/database'],
  'ssh-stands-alone': ['src/server/ssh/reaching.ts', '../db/database'],
};

const innocent = {
  'src/lib/about.ts': "import { round } from './round';\nexport const about = () => round;\n",
  'src/server/db/database.ts': 'export const fault = 1;\n',
  'src/server/routers/root.ts': 'export const fault = 1;\n',
  'src/server/drivers/other/index.ts': 'export const fault = 1;\n',
  'src/trpc/client.ts': 'export const fault = 1;\n',
};

describe('the import rules', () => {
  let folder: string;
  let violations: readonly string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'quaymaster-imports-'));
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    for (const [file, text] of Object.entries(innocent)) write(file, text);
    for (const [file, imported] of Object.values(faults)) {
      write(file, `import { about as fault } from '${imported}';\nexport const round = () => fault;\n`);
    }
    const result = (await checkImports(['src'], folder)) as { violations: readonly string[] };
    violations = result.violations;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(faults))('%s is seen to be broken', (rule, [file]) => {
    expect(violations.some((violation) => violation.startsWith(`${rule}: `) && violation.includes(file))).toBe(true);
  });
});
