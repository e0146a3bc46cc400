'use client';

import { Button, type ButtonProps } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';

export interface LinkButtonProps extends ButtonProps {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link that looks like a button. Server components cannot hand next/link to Mantine's `component` themselves. */
export function LinkButton({ href, children, ...others }: LinkButtonProps) {
  return (
    <Button component={Link} href={href} {...others}>
      {children}
    </Button>
  );
}
