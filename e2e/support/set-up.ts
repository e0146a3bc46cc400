import type { Page } from 'playwright-core';

/** Who the tests' first member is. */
export const firstOwner = { name: 'Ada Owner', email: 'ada@example.test', password: 'a quay has a master' } as const;

/** Sets the console up with the link that its start prints: the first member's account, and the team `harbour`. */
export async function setUp(page: Page, link: string | null): Promise<void> {
  if (link === null) throw new Error('the console is set up already');
  await page.goto(link);
  await page.getByLabel('Your name').fill(firstOwner.name);
  await page.getByLabel('Email address').fill(firstOwner.email);
  await page.getByLabel('Password', { exact: true }).fill(firstOwner.password);
  await page.getByLabel('Team name').fill('Harbour');
  await page.getByRole('button', { name: 'Create account and team' }).click();
  await page.waitForURL(/\/t\/harbour\/machines/);
}
