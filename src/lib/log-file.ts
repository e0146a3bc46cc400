/** The name under which a log is kept: "edge-1_machine.create_2026-11-22T12-00-00Z.log", safe on every file system. Pure. */
export function logFileName(job: {
  readonly subject: string;
  readonly kind: string;
  readonly createdAt: Date;
}): string {
  const safe = (text: string) =>
    text
      .replaceAll(/[^A-Za-z0-9.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 80);
  const time = job.createdAt.toISOString().slice(0, 19).replaceAll(':', '-');
  return `${[safe(job.subject), safe(job.kind), `${time}Z`].filter((part) => part !== '').join('_')}.log`;
}

/** One line of the file: the time in UTC to the millisecond, the step, the text. Pure. */
export const logFileLine = (line: { readonly atMs: number; readonly step: string; readonly text: string }): string =>
  `${new Date(line.atMs).toISOString()}  ${line.step}  ${line.text.replaceAll(/[\r\n]+/g, ' ')}\n`;
