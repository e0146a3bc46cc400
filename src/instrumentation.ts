/** Next calls this once when the server starts, before it answers the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { serve } = await import('./server/serve');
  await serve();
}
