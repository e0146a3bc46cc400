import 'server-only';
import { emailSchema } from '@/lib/account';
import type { Runtime } from '@/server/runtime';

import { createFirstAccount } from './create-first-account';
import { isSetupOpen } from './setup-state';

/**
 * Makes the first admin that the settings name (QUAYMASTER_ADMIN_EMAIL with a password), as owner of the team "Default".
 * Does nothing without these settings or once there is an account, so a changed setting never changes an account.
 */
export async function ensureFirstAdmin(runtime: Runtime): Promise<void> {
  const { admin } = runtime.env;
  if (!admin || !(await isSetupOpen(runtime.database.prisma))) return;
  const email = emailSchema.parse(admin.email);
  await createFirstAccount(runtime, {
    name: email.split('@')[0] ?? email,
    email,
    password: admin.password,
    team: { name: 'Default', slug: 'default' },
  });
}
