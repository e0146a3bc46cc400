import 'server-only';
import type { BatchPreview, BatchPreviewRow } from '@/lib/batch';
import type { TeamContext } from '@/server/operations/team-context';

import { assertMayBatch, type BatchRequest, chooseMachines, notThere, refusalOf } from './batch-request';

/** What a batch would do to each machine: run, wait behind a job, or nothing and why. Throws auth.forbidden. */
export async function previewBatch(ctx: TeamContext, request: BatchRequest): Promise<BatchPreview> {
  assertMayBatch(ctx, request.action);
  const chosen = await chooseMachines(ctx.db, request.machines);
  const rows = [...new Set(request.machines)].map((name): BatchPreviewRow => {
    const machine = chosen.get(name);
    const reason = machine ? (refusalOf(ctx, machine, request)?.public ?? null) : notThere(name);
    if (!machine || reason !== null) return { machine: name, verdict: 'refused', reason, behind: null };
    return { machine: name, verdict: machine.behind ? 'waits' : 'runs', reason: null, behind: machine.behind };
  });
  return { action: request.action, rows };
}
