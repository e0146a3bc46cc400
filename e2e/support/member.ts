import type { Browser } from 'playwright-core';

import { type Api, apiOf } from './api';
import { Person } from './browser';
import { firstOwner } from './set-up';

export interface Member {
  readonly person: Person;
  readonly api: Api;
}

interface Door {
  readonly browser: Browser;
  /** Of the console. */
  readonly url: string;
}

/** Somebody with a browser context of their own, who comes in as `join` says. */
export async function memberBy({ browser, url }: Door, join: (page: Person['page']) => Promise<void>): Promise<Member> {
  const person = await Person.open(browser, url);
  await join(person.page);
  return { person, api: apiOf(person, url) };
}

/** A new account that an owner of the team has invited. */
export async function invitedMember(
  door: Door,
  { owner, team, name }: { readonly owner: Member; readonly team: string; readonly name: string },
): Promise<Member> {
  const { path } = await owner.api.invitations.create.mutate({ team, role: 'member' });
  return memberBy(door, async (page) => {
    await page.goto(path);
    await page.getByLabel('Your name').fill(name);
    await page.getByLabel('Email address').fill(`${name.toLowerCase()}@example.test`);
    await page.getByLabel('Password', { exact: true }).fill(firstOwner.password);
    await page.getByRole('button', { name: 'Create account and join' }).click();
    await page.waitForURL((url) => url.pathname.startsWith(`/t/${team}`));
  });
}
