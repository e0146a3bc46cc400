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

interface MachineLinksProps {
  readonly team: string;
  readonly names: readonly string[];
}

/** Several of them in one cell; a dash where there are none. */
export const MachineLinks = ({ team, names }: MachineLinksProps) =>
  names.length === 0
    ? '–'
    : names.map((name, index) => (
        <span key={name}>
          {index > 0 && ', '}
          <MachineLink team={team} name={name} />
        </span>
      ));
