'use client';

import clsx from 'clsx';
import Link from 'next/link';

import { type MachineTab, paths } from '@/lib/paths';

import classes from './machine-link.module.css';

interface MachineLinkProps {
  readonly team: string;
  readonly name: string;
  readonly tab?: MachineTab;
}

/** A machine's name in a table, which leads to its page. A long one ends in dots; pointing at it shows the whole. */
export const MachineLink = ({ team, name, tab }: MachineLinkProps) => (
  <Link className={clsx('qm-mono', classes['name'])} href={paths.machine(team, name, tab)} title={name}>
    {name}
  </Link>
);
