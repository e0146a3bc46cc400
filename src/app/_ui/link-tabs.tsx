'use client';

import { Tabs } from '@mantine/core';
import Link from 'next/link';

export interface LinkTabsProps<T extends string> {
  /** Names the tabs for screen readers. */
  readonly label: string;
  readonly tabs: readonly T[];
  readonly current: T;
  readonly hrefOf: (tab: T) => string;
  readonly titleOf: (tab: T) => string;
  readonly mb?: 'md' | undefined;
}

/** Tabs that are addresses: each is a link, so it can be opened beside, shared and gone back to. */
export function LinkTabs<T extends string>({ label, tabs, current, hrefOf, titleOf, mb }: LinkTabsProps<T>) {
  return (
    <Tabs value={current} component="nav" aria-label={label} {...(mb && { mb })}>
      <Tabs.List>
        {tabs.map((tab) => (
          <Tabs.Tab
            key={tab}
            value={tab}
            renderRoot={(props) => (
              <Link {...props} href={hrefOf(tab)} aria-current={tab === current ? 'page' : undefined} />
            )}
          >
            {titleOf(tab)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
