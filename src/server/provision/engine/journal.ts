/** dockerd's own sentence inside a structured line: time="…" level=fatal msg="…". */
function messageOf(line: string): { level: string; text: string } {
  const level = /\blevel=(\w+)/.exec(line)?.[1] ?? '';
  const text = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  const error = /\berror="((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  if (text === undefined) return { level, text: line.trim() };
  const joined = error === undefined ? text : `${text}: ${error}`;
  return { level, text: joined.replace(/\\(.)/g, '$1') };
}

/** What tells most, first: our own guard, the engine's last word, its complaint about the settings, systemd about the program, ... */
const telling: readonly RegExp[] = [
  /^tlsverify is missing in /,
  /^(failed to start daemon|unable to configure the Docker daemon|Error starting daemon|failed to load listeners|failed to create API server|error initializing)/i,
  /Failed to create listening socket|Address already in use|cannot assign requested address/i,
  /Failed (at step EXEC|to locate executable)|Unable to locate executable|Permission denied/i,
  /^Status: /,
  /Failed to load environment files|Start request repeated too quickly|Unit docker\.\w+ is masked/i,
];

const isNoise = (text: string) =>
  /^(See |Job for |Starting |Stopping |Stopped |Started |Listening on |Closed )|Main process exited|Failed with result|Scheduled restart|Consumed .* CPU time|Failed to start docker\.service/.test(
    text,
  );

const reasonLengthMax = 500;

/**
 * The one line of the engine's journal that says why it does not start. Lines as `journalctl -o cat` prints them, oldest
 * first. Null where nothing was said.
 */
export function pickStartReason(lines: readonly string[]): string | null {
  const messages = lines.map(messageOf).filter(({ text }) => text !== '');
  for (const pattern of telling) {
    const found = messages.findLast(({ text }) => pattern.test(text));
    if (found) return shorten(found.text.replace(/^Status: /, ''));
  }
  const failed =
    messages.findLast(({ level }) => level === 'fatal') ?? messages.findLast(({ level }) => level === 'error');
  const last = failed ?? messages.findLast(({ text }) => !isNoise(text)) ?? messages.at(-1);
  return last ? shorten(last.text) : null;
}

const shorten = (text: string) => (text.length > reasonLengthMax ? `${text.slice(0, reasonLengthMax)}…` : text);
