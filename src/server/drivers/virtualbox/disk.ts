import { posix } from 'node:path';

import { AppError } from '@/server/errors/app-error';
import { quote, sh } from '@/server/ssh/shell';

import { call, type VBox } from './vbox';
import { findVm, ownerOfGroup, stateOf, type VmInfo } from './vm';

/** 20 GB of holes are read and found to be empty. */
export const convertTimeoutMs = 20 * 60_000;

export const diskPath = (folder: string): string => posix.join(folder, 'disk.vmdk');
const donePath = (folder: string): string => posix.join(folder, 'disk.done');

/** Whether the machine has a disk that is complete. */
export const hasDisk = async (vbox: VBox, folder: string): Promise<boolean> =>
  (await vbox.shell('look at the disk of the machine', sh`[ ! -f ${donePath(folder)} ] || echo yes`)).trim() === 'yes';

/** Makes the folder of a machine, where it is not there, and tells whether its disk is complete. */
export const ensureFolder = async (vbox: VBox, folder: string): Promise<{ hasDisk: boolean }> => {
  const script = sh`umask 077
mkdir -p ${folder}
[ ! -f ${donePath(folder)} ] || echo yes`;
  return { hasDisk: (await vbox.shell('make the folder of the machine', script)).trim() === 'yes' };
};

/**
 * Makes the disk. VBoxManage would take its content from standard input too, but then all of it: so a file with holes is made
 * on the hypervisor host, a few KiB are sent into it, and VBoxManage converts that. A disk is complete once disk.done is beside it.
 */
export async function makeDisk(
  vbox: VBox,
  { folder, sizeMiB, content }: { folder: string; sizeMiB: number; content: Buffer },
): Promise<void> {
  const [raw, disk] = [posix.join(folder, 'disk.raw'), diskPath(folder)];
  await vbox.change({
    name: 'make the disk',
    before: sh`rm -f ${raw} ${disk}
cat > ${raw}
truncate -s ${sizeMiB}M ${raw}`,
    calls: [call('convertfromraw', raw, disk, '--format', 'VMDK')],
    after: sh`rm -f ${raw}
: > ${donePath(folder)}`,
    stdin: content,
    timeoutMs: convertTimeoutMs,
  });
}

const refused = (message: string) =>
  new AppError({ code: 'input.invalid', public: message, fieldErrors: { 'options.importVm': message } });

const releaseKey = 'quaymaster/import';

/** Every team's machines are of one account: only the team's own are at hand, and what the account's owner has released. */
async function assertReleased(vbox: VBox, { info, name, teamId }: { info: VmInfo; name: string; teamId: string }) {
  const owner = ownerOfGroup(info.get('groups') ?? '');
  if (owner?.teamId === teamId) return;
  if (owner) throw refused(`"${name}" is a machine of another team. Choose one of your own team.`);
  const [said = ''] = await vbox.read('look whether the disk is released', [
    call('getextradata', info.get('UUID') ?? name, releaseKey),
  ]);
  if (/^Value: yes$/m.test(said)) return;
  throw refused(
    `"${name}" on ${vbox.hypervisor.name} is not released for being copied by this console. Whoever looks after that host releases it with: VBoxManage setextradata ${quote(name)} ${releaseKey} yes`,
  );
}

/**
 * The disk of a machine that is switched off: one of the team's, or one that is none of a console's and that was released on the
 * hypervisor host. Throws input.invalid at its field.
 */
export async function diskOf(vbox: VBox, { name, teamId }: { name: string; teamId: string }): Promise<string> {
  const info = await findVm(vbox, name);
  if (!info) throw refused(`${vbox.hypervisor.name} has no virtual machine "${name}".`);
  await assertReleased(vbox, { info, name, teamId });
  if (stateOf(info).state !== 'stopped') {
    throw refused(`"${name}" is not switched off. Its disk cannot be copied while it is in use.`);
  }
  const disk = [...info].find(([key, value]) => /-\d+-\d+$/.test(key) && /\.(vmdk|vdi|vhd)$/i.test(value))?.[1];
  if (disk === undefined) throw refused(`"${name}" has no disk.`);
  return disk;
}

export async function copyDisk(vbox: VBox, { from, folder }: { from: string; folder: string }): Promise<void> {
  const disk = diskPath(folder);
  await vbox.change({
    name: 'copy the disk',
    before: sh`"$VBOX" closemedium disk ${disk} > /dev/null 2>&1 9>&- || :
rm -f ${disk}`,
    calls: [call('clonemedium', 'disk', from, disk, '--format', 'VMDK')],
    after: sh`: > ${donePath(folder)}`,
    timeoutMs: convertTimeoutMs,
  });
}
