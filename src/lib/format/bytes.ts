const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/**
 * Writes a size in binary units with at most three digits: "0 B", "512 B", "1.5 KiB", "15.6 GiB".
 * In: bytes, 0 or more. Pure. Source: IEC 80000-13.
 */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let index = 0;
  while (index < units.length - 1 && Math.round(value) >= 1024) {
    value /= 1024;
    index += 1;
  }
  const digits = index > 0 && value < 99.95 ? Number(value.toFixed(1)) : Math.round(value);
  return `${digits} ${units[index] ?? ''}`;
}
