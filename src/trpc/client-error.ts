import { TRPCClientError } from '@trpc/client';
import { z } from 'zod';

/** What a component shows of a failed call; fits ErrorState. The server's error formatter sends it as `error.data`. */
const clientErrorSchema = z.object({
  code: z.string(),
  title: z.string(),
  public: z.string(),
  requestId: z.string().optional(),
  fieldErrors: z.record(z.string(), z.string()).optional(),
});

export type ClientErrorView = z.infer<typeof clientErrorSchema>;

/** The console's answer to a call that failed; null where no answer came (the console is not reachable). Pure. */
export function findClientError(error: unknown): ClientErrorView | null {
  if (!(error instanceof TRPCClientError)) return null;
  const parsed = clientErrorSchema.safeParse(error.data);
  return parsed.success ? parsed.data : null;
}
