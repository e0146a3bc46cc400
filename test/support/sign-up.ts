import { randomUUID } from 'node:crypto';

import { hashPassword } from '@/server/auth/password';
import { createCaller } from '@/server/routers/root';

import type { TestConsole, TestMember } from './test-console';

/** Gives a seeded member a password, as signing up does. */
export async function setPassword(console_: TestConsole, { user }: TestMember, password: string): Promise<void> {
  const hash = await hashPassword(password);
  await console_.runtime.database.prisma.userPassword.create({ data: { userId: user.id, hash } });
}

/** Another signed-in browser of a member, with a session row of its own. */
export async function openSession(console_: TestConsole, { user }: TestMember) {
  const { runtime, clock } = console_;
  const now = clock.now();
  const { id } = await runtime.database.prisma.session.create({
    data: { userId: user.id, createdAt: now, lastSeenAt: now, expiresAt: new Date(now.getTime() + 86_400_000) },
    select: { id: true },
  });
  const scope = { runtime, address: '192.0.2.20', requestId: randomUUID(), signedIn: { sessionId: id, user } };
  return { id, call: createCaller(scope) };
}
