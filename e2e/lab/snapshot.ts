export type SnapshotEntry =
  | { type: 'file'; mode: string; owner: string; sha256: string }
  | { type: 'directory'; mode: string; owner: string }
  | { type: 'link'; owner: string; target: string }
  | { type: 'other'; mode: string; owner: string };

/** By absolute path. What does not exist is not in it, so two snapshots are equal only if nothing came, went or changed. */
export type Snapshot = Record<string, SnapshotEntry>;

/** Reads the paths given as arguments; everything below them on the same file system. Answers for parseSnapshot. */
export const snapshotScript = `
present=()
for path in "$@"; do if [ -e "$path" ] || [ -L "$path" ]; then present+=("$path"); fi; done
[ \${#present[@]} -gt 0 ] || exit 0
find "\${present[@]}" -xdev -printf '%y\\t%m\\t%u:%g\\t%l\\t%p\\0'
printf '\\0'
find "\${present[@]}" -xdev -type f -print0 | xargs -0 --no-run-if-empty sha256sum --zero
`;

export function parseSnapshot(output: string): Snapshot {
  const [listing = '', sums = ''] = output.split('\0\0');
  const sha256 = new Map(lines(sums).map((line) => [line.slice(66), line.slice(0, 64)]));
  const entries = lines(listing).map((line): [string, SnapshotEntry] => {
    const [kind = '', mode = '', owner = '', target = '', ...path] = line.split('\t');
    const name = path.join('\t');
    switch (kind) {
      case 'f':
        return [name, { type: 'file', mode, owner, sha256: sha256.get(name) ?? 'unreadable' }];
      case 'd':
        return [name, { type: 'directory', mode, owner }];
      case 'l':
        return [name, { type: 'link', owner, target }];
      default:
        return [name, { type: 'other', mode, owner }];
    }
  });
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const lines = (text: string): string[] => text.split('\0').filter((line) => line !== '');
