import { AppError } from '@/server/errors/app-error';
import { sh, type ShellScript } from '@/server/ssh/shell';

import { diskHead } from '../boot2docker-disk';
import type { CreateContext, MachineKey, PlacedImage } from '../driver';
import type { MachineHost } from './machine-host';
import { thingName } from './names';
import type { Options, State } from './options';
import { seedImage } from './seed';

export const diskTimeoutMs = 10 * 60_000;
const bytesPerGiB = 1024 ** 3;

/** The size of a disk image as a machine sees it. Throws driver.failed where qemu-img cannot read it. */
async function virtualBytes({ virsh }: MachineHost, image: PlacedImage): Promise<number> {
  const { stdout } = await virsh.script(
    'look at the image',
    sh`LC_ALL=C qemu-img info --output=json -f ${image.format} ${image.path}`,
  );
  const size = (JSON.parse(stdout) as { 'virtual-size'?: unknown })['virtual-size'];
  if (typeof size === 'number') return size;
  throw new AppError({ code: 'driver.failed', public: 'qemu-img does not say how large the image is.' });
}

const fault = (field: keyof Options, sentence: string) =>
  new AppError({ code: 'input.invalid', public: sentence, fieldErrors: { [`options.${field}`]: sentence } });

/** Refuses an image that cannot become this machine's disk. Changes nothing. */
export async function assertImageFits(host: MachineHost, image: PlacedImage, options: Options): Promise<void> {
  const isIso = image.format === 'iso';
  if (isIso !== (image.system === 'boot2docker')) {
    throw fault(
      'imageId',
      isIso
        ? "An ISO that is not boot2docker's installs a system by hand. Choose a cloud image."
        : 'boot2docker comes as an ISO. Choose that one, or a cloud image.',
    );
  }
  if (image.architecture !== 'amd64') throw fault('imageId', `The image is for ${image.architecture}, the host amd64.`);
  if (isIso) return;
  const sizeGiB = Math.ceil((await virtualBytes(host, image)) / bytesPerGiB);
  if (options.diskGiB < sizeGiB) {
    throw fault('diskGiB', `The image alone has a disk of ${sizeGiB} GiB. Enter ${sizeGiB} or more.`);
  }
}

type Making = CreateContext<State>;

/**
 * A file gets its name once it is whole; one that is there stays, since the machine may have written to it. The account that
 * libvirt runs machines as has to pass through the folder, and is given the file.
 */
const intoPlace = (path: string, mode: '600' | '644', make: ShellScript) => sh`set -eu
path=${path}
[ ! -f "$path" ] || exit 0
umask 022
mkdir -p -- "$(dirname "$path")"
umask 077
rm -f -- "$path.part"
${make}
chmod ${mode} "$path.part"
mv -f -- "$path.part" "$path"`;

export interface MachineImage {
  readonly image: PlacedImage;
  readonly key: MachineKey;
}

/** A qcow2 file on top of the image, or an empty one that boot2docker formats. */
export async function ensureDisk(
  ctx: Making,
  host: MachineHost,
  { image, key, diskGiB }: MachineImage & Pick<Options, 'diskGiB'>,
): Promise<void> {
  const { disk } = host.files;
  const entry = await ctx.ledger.intend({ kind: 'disk', name: thingName(ctx, 'disk') });
  const isIso = image.format === 'iso';
  const make = isIso
    ? sh`trap 'rm -f -- "$path.raw"' EXIT
cat > "$path.raw"
qemu-img convert -q -f raw -O qcow2 "$path.raw" "$path.part"
qemu-img resize -q -f qcow2 "$path.part" ${`${diskGiB}G`}`
    : sh`qemu-img create -q -f qcow2 -F ${image.format} -b ${image.path} "$path.part" ${`${diskGiB}G`}`;
  await host.virsh.script('make the disk', intoPlace(disk, '600', make), {
    timeoutMs: diskTimeoutMs,
    ...(isIso && { stdin: await diskHead(key.publicKey) }),
  });
  await ctx.ledger.created(entry.id, disk);
  ctx.log.info(`The disk of ${diskGiB} GiB is ${disk}.`);
}

/** What cloud-init reads at the first boot. */
export async function ensureSeed(
  ctx: Making,
  host: MachineHost,
  { user, publicKey }: { user: string; publicKey: string },
): Promise<void> {
  const { seed } = host.files;
  const entry = await ctx.ledger.intend({ kind: 'seed', name: thingName(ctx, 'seed') });
  const { id, name } = ctx.machine;
  await host.virsh.script('write the seed', intoPlace(seed, '644', sh`cat > "$path.part"`), {
    stdin: seedImage({ machineId: id, hostName: name, user, publicKey }),
  });
  await ctx.ledger.created(entry.id, seed);
  ctx.log.info(`cloud-init will make the user ${user} at the first boot.`);
}
