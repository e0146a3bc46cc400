import { z } from 'zod';

const unitState = z.object({
  /** systemd's LoadState: not-found where there was no such unit. */
  load: z.string(),
  /** systemd's ActiveState. */
  active: z.string(),
  /** systemd's UnitFileState (enabled, disabled, static, masked, ...); empty where there was no unit. */
  enabled: z.string(),
});

export type UnitState = z.output<typeof unitState>;

/** What the host was like before the first change. Lies beside the copies of the files. */
export const backupManifest = z.object({
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  hostName: z.string(),
  files: z.array(
    z.object({
      path: z.string().startsWith('/'),
      /** Name of the copy, which has content, mode, owner and time; null where there was no file. */
      copy: z.string().regex(/^\d+$/).nullable(),
    }),
  ),
  folders: z.array(
    z.object({
      path: z.string().startsWith('/'),
      /** Time of the folder as `stat -c %y` prints it; null where there was no folder. */
      modifiedAt: z.string().nullable(),
    }),
  ),
  units: z.record(z.string(), unitState),
});

export type BackupManifest = z.output<typeof backupManifest>;
