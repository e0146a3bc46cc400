#!/bin/bash
# Makes the disk image of a virtual machine, as clouds have them: vm-image-recipe.sh BARE MIRROR RELEASE FILE
#
#   BARE   root file system of a host (base-recipe.sh); it stays as it is
#   FILE   qcow2: one partition that grows, GRUB, a kernel, cloud-init, no account, no engine; docker.io, haproxy and what they
#          need in /srv/debs, which is its only package repository
#
# Runs in a mount and process namespace of its own (vm-image.sh). No loop device and no network block device is needed: mke2fs
# fills the file system, and GRUB's two pieces are put where the BIOS and the first of them look. A change in this file makes
# a new image: its name carries its checksum.
set -euo pipefail
bare=$1 mirror=$2 release=$3 file=$4
work=$(dirname "$file")/work
root=$work/root
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

apt_dates=$(apt-config dump | grep -E '^Acquire::Check-(Date|Valid-Until) ' || true)
in_root() { chroot "$root" /usr/bin/env -i PATH="$PATH" LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }

rm -rf --one-file-system "$work"
mkdir -p "$work"
cp -a "$bare" "$root"

# --- What a container could not do, a machine has to. Its consoles stay closed: nothing signs in there.
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service getty@.service \
  console-getty.service sys-kernel-debug.mount sys-kernel-tracing.mount systemd-networkd-wait-online.service; do
  rm -f "$root/etc/systemd/system/$unit"
done
for account in admin operator plain; do in_root userdel --remove "$account" 2> /dev/null; done
rm -f "$root/etc/sudoers.d/admin"

# --- Kernel, boot loader, cloud-init, from the mirror of the machine that builds it.
printf '#!/bin/sh\nexit 101\n' > "$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
cp "$root/etc/apt/sources.list" "$work/sources.list"
echo "deb $mirror $release main" > "$root/etc/apt/sources.list"
[ -z "$apt_dates" ] || echo "$apt_dates" > "$root/etc/apt/apt.conf.d/90lab-dates"
cat /etc/resolv.conf > "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
in_root apt-get update --quiet
install() { in_root apt-get install --yes --quiet --no-install-recommends "$@"; }
install initramfs-tools udev zstd
# The emulated processor unpacks and loads every module that is there: only those that this machine has.
sed -i 's/^MODULES=.*/MODULES=list/; s/^COMPRESS=.*/COMPRESS=zstd/' "$root/etc/initramfs-tools/initramfs.conf"
printf '%s\n' virtio_pci virtio_blk virtio_net ext4 isofs sr_mod ahci >> "$root/etc/initramfs-tools/modules"
install linux-image-cloud-amd64 cloud-init cloud-guest-utils e2fsprogs fdisk iptables apparmor grub-pc-bin grub-common
umount "$root/proc"
: > "$root/etc/resolv.conf"
in_root apt-get clean
find "$root/var/lib/apt/lists" -type f -delete
cp "$work/sources.list" "$root/etc/apt/sources.list"
rm -f "$root/usr/sbin/policy-rc.d" "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"

# --- As images of clouds are set up.
: > "$root/etc/machine-id"
echo localhost > "$root/etc/hostname"
echo '127.0.0.1 localhost' > "$root/etc/hosts"
echo 'LABEL=root / ext4 defaults,noatime,x-systemd.growfs 0 1' > "$root/etc/fstab"
printf '[Match]\nName=e*\n[Network]\nDHCP=ipv4\n' > "$root/etc/systemd/network/10-dhcp.network"
ln -sf /lib/systemd/system/systemd-networkd.service "$root/etc/systemd/system/multi-user.target.wants/systemd-networkd.service"
ln -sf /dev/null "$root/etc/systemd/system/networking.service"
cat > "$root/etc/cloud/cloud.cfg.d/99-lab.cfg" << 'CONFIG'
datasource_list: [NoCloud, None]
network: {config: disabled}
locale: false
ssh_genkeytypes: [ed25519]
apt_preserve_sources_list: true
manage_etc_hosts: true
CONFIG
mkdir -p "$root/boot/grub"
kernel=$(cd "$root/boot" && ls vmlinuz-*)
cat > "$root/boot/grub/grub.cfg" << CONFIG
linux /boot/$kernel root=LABEL=root ro console=tty0 console=ttyS0,115200 net.ifnames=0 mitigations=off
initrd /boot/initrd.img-${kernel#vmlinuz-}
boot
CONFIG

# --- The disk: GRUB's first piece in the first sector, the second one right behind it, the file system from 1 MiB on.
disk_mib=2560
part_mib=$((disk_mib - 1))
mke2fs -q -t ext4 -L root -d "$root" "$work/part.raw" "${part_mib}M"
truncate --size="${disk_mib}M" "$work/disk.raw"
# One partition, type 83, active: boot flag, no cylinders, first sector, sectors
little_endian() { printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 & 255)) $(($1 >> 8 & 255)) $(($1 >> 16 & 255)) $(($1 >> 24)); }
printf "\\x80\\0\\0\\0\\x83\\0\\0\\0$(little_endian 2048)$(little_endian $((part_mib * 2048)))" |
  dd of="$work/disk.raw" bs=1 seek=446 conv=notrunc status=none
printf '\x55\xaa' | dd of="$work/disk.raw" bs=1 seek=510 conv=notrunc status=none
grub=$root/usr/lib/grub/i386-pc
printf 'set root=(hd0,msdos1)\nconfigfile /boot/grub/grub.cfg\n' > "$root/tmp/early.cfg"
in_root grub-mkimage --format=i386-pc --directory=/usr/lib/grub/i386-pc --prefix='(hd0,msdos1)/boot/grub' --config=/tmp/early.cfg \
  --output=/tmp/core.img biosdisk part_msdos ext2 linux normal configfile boot
dd if="$grub/boot.img" of="$work/disk.raw" bs=440 count=1 conv=notrunc status=none
dd if="$root/tmp/core.img" of="$work/disk.raw" bs=512 seek=1 conv=notrunc status=none
dd if="$work/part.raw" of="$work/disk.raw" bs=1M seek=1 conv=notrunc,sparse status=none
qemu-img convert -f raw -O qcow2 "$work/disk.raw" "$file.part"
mv "$file.part" "$file"
rm -rf --one-file-system "$work"
