#!/bin/bash
# Holds one host: host-keeper.sh FOLDER NAME, as init of namespaces of its own (unit.sh).
#
# All mounts of the host are made here, so they are nobody else's and go when this process goes, and so does every process.
# It boots the host, boots it again when it asks for a reboot, and when it is off waits for "on" in FOLDER/power.
set -euo pipefail
folder=$1 name=$2
. "$(dirname "$0")/environment.sh"
base=$(cat "$folder/base") address=$(cat "$folder/address")

# nspawn derives link addresses from the machine's id. A machine that is a container may have none: an empty file.
if ! grep -qxE '[0-9a-f]{32}' /etc/machine-id; then
  tr -d - < /proc/sys/kernel/random/uuid > "$folder/machine-id"
  mount --bind "$folder/machine-id" /etc/machine-id
fi

# nspawn refuses to reboot where this is on a disk
mkdir -p /run/systemd/nspawn
mount -t tmpfs -o mode=755 tmpfs /run/systemd/nspawn

store=$folder/files
mkdir -p "$store"
if [ -f "$folder/store" ]; then mount --bind "$(cat "$folder/store")" "$store"; else mount -t tmpfs -o mode=755 tmpfs "$store"; fi
mkdir -p "$store"/{upper,work,root,docker}
layers=$base/bare
[ "$(cat "$folder/engine")" = absent ] || layers=$base/engine:$layers
root=$store/root
mount -t overlay overlay -o "lowerdir=$layers,upperdir=$store/upper,workdir=$store/work" "$root"

echo "$name" > "$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" > "$root/etc/hosts"
mkdir -p "$root/etc/network/interfaces.d"
# No gateway: a host reaches its neighbours and the machine, and anything further fails at once.
printf 'auto host0\niface host0 inet static\n  address %s/24\n' "$address" > "$root/etc/network/interfaces.d/host0"
install -m 600 "$folder/host-key" "$root/etc/ssh/ssh_host_ed25519_key"
install -m 644 "$folder/host-key.pub" "$root/etc/ssh/ssh_host_ed25519_key.pub"
while IFS=: read -r user _ uid gid _ home _; do
  case $user in root | admin | operator | plain) ;; *) continue ;; esac
  install -d -m 700 -o "$uid" -g "$gid" "$root$home/.ssh"
  install -m 600 -o "$uid" -g "$gid" "$folder/client-key.pub" "$root$home/.ssh/authorized_keys"
done < "$root/etc/passwd"

export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
exec {power}<> "$folder/power"
while :; do
  systemd-nspawn --quiet --boot --directory="$root" --machine="$name" --register=no --keep-unit \
    --network-bridge="$lab_bridge" --capability=all --system-call-filter='add_key keyctl bpf' \
    --bind="$store/docker:/var/lib/docker" --resolv-conf=off --link-journal=no --console=pipe < /dev/null &
  echo on > "$folder/state"
  status=0
  wait $! || status=$?
  echo "nspawn ended with $status"
  # 133: the host asked for a reboot
  [ $status != 133 ] || continue
  # A plug that was pulled leaves the link to the kernel's cleaning; the next boot needs its name.
  ip link delete "vb-$name" 2> /dev/null || true
  echo off > "$folder/state"
  read -r _ <& "$power"
done
