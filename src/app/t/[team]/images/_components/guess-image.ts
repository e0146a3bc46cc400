import type { ImageKind } from '@/lib/image';

/** Words in the names of files, in the order in which they are looked for. */
const systems: readonly (readonly [RegExp, ImageKind['system']])[] = [
  [/boot2docker/, 'boot2docker'],
  [/debian/, 'debian'],
  [/ubuntu|noble|jammy|-server-cloudimg-/, 'ubuntu'],
  [/rocky/, 'rocky'],
  [/flatcar/, 'flatcar'],
];

/** What the name of a file or an address says that it is. Pure. */
export function guessImage(name: string): ImageKind {
  const text = name.toLowerCase();
  return {
    system: systems.find(([words]) => words.test(text))?.[1] ?? 'other',
    format: (['iso', 'raw'] as const).find((format) => text.includes(`.${format}`)) ?? 'qcow2',
    architecture: /arm64|aarch64/.test(text) ? 'arm64' : 'amd64',
  };
}
