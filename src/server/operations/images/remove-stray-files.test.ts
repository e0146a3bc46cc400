import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { createTestConsole, type TestConsole } from '../../../../test/support/test-console';
import { imageFolder } from './image-file';
import { seedImage } from './images.test-support';
import { removeStrayFiles } from './remove-stray-files';

let console_: TestConsole;

beforeAll(async () => {
  console_ = await createTestConsole();
});
afterAll(() => console_.close());

it('is content where no image was ever kept', async () => {
  await expect(removeStrayFiles(console_.runtime)).resolves.toBeUndefined();
});

it('removes files that no image of any team needs, but for young ones', async () => {
  const { runtime } = console_;
  const kept = await seedImage(console_, await console_.seedTeam());
  const folder = imageFolder(runtime.env);
  await mkdir(folder, { recursive: true });
  const write = async (name: string, hoursOld: number) => {
    const at = new Date(console_.clock.now().getTime() - hoursOld * 3_600_000);
    await writeFile(join(folder, name), 'x');
    await utimes(join(folder, name), at, at);
  };
  const [old, young] = ['0190aaaa-0000-7000-8000-000000000001', '0190aaaa-0000-7000-8000-000000000002'];
  await write(kept.id, 5);
  await write(`${kept.id}.part`, 5);
  await write(old, 5);
  await write(`${old}.part`, 5);
  await write(`${young}.part`, 0.5);
  await removeStrayFiles(runtime);
  expect((await readdir(folder)).toSorted()).toEqual([kept.id, `${kept.id}.part`, `${young}.part`].toSorted());
});
