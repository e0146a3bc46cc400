import type { Page } from 'playwright-core';

/** Adds a private key to the team in the form for a new machine, where it is then chosen. */
export async function addKey(page: Page, key: { name: string; privateKey: string }): Promise<void> {
  await page.getByRole('button', { name: 'New key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Use one that I have').click();
  await dialog.getByRole('textbox', { name: 'Private key' }).fill(key.privateKey);
  await dialog.getByRole('textbox', { name: 'Name' }).fill(key.name);
  await dialog.getByRole('button', { name: 'Keep key' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

/** Fills in where the host is and how to sign in. */
export async function fillHost(page: Page, host: { address?: string; user?: string; port?: string }): Promise<void> {
  if (host.address !== undefined) await page.getByRole('textbox', { name: 'Address' }).fill(host.address);
  if (host.user !== undefined) await page.getByRole('textbox', { name: 'SSH user' }).fill(host.user);
  if (host.port !== undefined) await page.getByRole('textbox', { name: 'SSH port' }).fill(host.port);
}

/** Waits until the check of the form says something that matches, and returns what it says as a whole. */
export async function checkSays(page: Page, text: RegExp): Promise<string> {
  const check = page.getByRole('region', { name: 'Check' });
  await check.getByText(text).first().waitFor({ timeout: 60_000 });
  return check.innerText();
}
