/** A machine's labels by key, from the engine's ("env=prod"). Pure. */
export const labelsOf = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(labels.map((label) => [label.slice(0, label.indexOf('=')), label.slice(label.indexOf('=') + 1)]));
