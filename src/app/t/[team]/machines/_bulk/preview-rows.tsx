'use client';

import { useTranslations } from 'next-intl';
import Link from 'next/link';

import { scrollable } from '@/app/_ui/explicit-roles';
import { StatusBadge } from '@/app/_ui/status-badge';
import type { Tone } from '@/app/_ui/tone';
import type { BatchPreviewRow, BatchVerdict } from '@/lib/batch';
import { paths } from '@/lib/paths';

import { jobTitle } from '../../jobs/_components/job-texts';

import classes from './bulk-bar.module.css';

const tones: Readonly<Record<BatchVerdict, Tone>> = { runs: 'ok', waits: 'attention', refused: 'failed' };

/** What is going to be done to each machine: at once, behind which job, or not and why. */
export function PreviewRows({ team, rows }: { readonly team: string; readonly rows: readonly BatchPreviewRow[] }) {
  const t = useTranslations('batches.verdict');
  const jobs = useTranslations('jobs');
  return (
    <div className={classes['scroll']} aria-label={t('label')} {...scrollable}>
      <ul className={classes['rows']}>
        {rows.map(({ machine, verdict, reason, behind }) => (
          <li key={machine}>
            <span className="qm-mono">{machine}</span>
            <StatusBadge tone={tones[verdict]}>{t(verdict)}</StatusBadge>
            <span className={classes['why']}>
              {reason}
              {behind &&
                t.rich('behind', {
                  job: () => <Link href={paths.job(team, behind.id)}>{jobTitle(jobs, behind)}</Link>,
                })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
