import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';

import { localHeader } from '@/server/log/http-requests';
import { setRuntime } from '@/server/runtime';

import { createTestConsole, type TestConsole } from '../../../test/support/test-console';
import { GET } from './route';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(async () => {
  setRuntime(undefined);
  await console_.close();
});
beforeEach(() => setRuntime(console_.runtime));

const token = 'a-token-for-metrics-0123456789';
const useToken = () => setRuntime({ ...console_.runtime, env: { ...console_.runtime.env, metricsToken: token } });
const ask = (headers: Record<string, string> = {}) => GET(new Request('http://127.0.0.1:3000/metrics', { headers }));

it('ok: this machine itself reads jobs, machines and the process', async () => {
  const team = await console_.seedTeam();
  const created = new Date(console_.clock.now().getTime() - 90_000);
  await console_.runtime.database.prisma.job.create({
    data: {
      teamId: team.id,
      kind: 'machine.create',
      subject: 'edge-1',
      payload: {},
      createdByName: 'Ana',
      createdAt: created,
    },
    select: { id: true },
  });
  await console_.runtime.database.prisma.machine.create({
    data: { teamId: team.id, name: 'edge-1', driver: 'generic', options: {}, engineSettings: {}, state: 'running' },
    select: { id: true },
  });
  const response = await ask({ [localHeader]: '1' });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await response.text();
  expect(text).toContain('quaymaster_jobs{kind="machine.create",state="queued"} 1');
  expect(text).toContain('quaymaster_queue_age_seconds 90');
  expect(text).toContain('quaymaster_machines{state="running"} 1');
  expect(text).toMatch(/quaymaster_info\{version="[^"]+",role="all"\} 1/);
  expect(text).toContain('process_resident_memory_bytes');
});

it('ok: a second look has no trace of what is no more', async () => {
  await console_.runtime.database.prisma.job.deleteMany({});
  const text = await (await ask({ [localHeader]: '1' })).text();
  expect(text).not.toContain('quaymaster_jobs{');
  expect(text).toContain('quaymaster_queue_age_seconds 0');
});

it('ok: whoever brings the token', async () => {
  useToken();
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(200);
});

it('forbidden: another token, or none', async () => {
  useToken();
  expect((await ask({ authorization: 'Bearer another' })).status).toBe(401);
  expect((await ask()).status).toBe(401);
});

it('not-found: from elsewhere while no token is set', async () => {
  expect((await ask({ authorization: `Bearer ${token}` })).status).toBe(404);
});
