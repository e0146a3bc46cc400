#!/bin/bash
# Makes the bases of one Debian release: base-recipe.sh RELEASE MIRROR FOLDER
#
#   FOLDER/bare         root file system of a host without an engine, its packages in a flat repository in /srv/debs
#   FOLDER/engine       overlay layer on top of bare: the same with docker.io installed
#   FOLDER/busybox.tar  content of the image busybox:lab
#
# Runs in a mount and process namespace of its own (base.sh), so that whatever ends it leaves no mount behind. A change
# in this file makes new bases: their names carry its checksum.
set -euo pipefail
release=$1 mirror=$2 folder=$3
bare=$folder/bare engine=$folder/engine
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# A flaw in the machine's clock is no matter for the lab: it takes over what the machine's own apt was told about dates.
apt_dates=$(apt-config dump | grep -E '^Acquire::Check-(Date|Valid-Until) ' || true)

in_root() { local root=$1; shift; chroot "$root" /usr/bin/env -i PATH="$PATH" LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} "$@"; }

# --- Debian itself. In two stages, because dpkg must be told in between not to wait for the disk after every file.
include=systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,sudo,iproute2,iputils-ping,ca-certificates,curl,procps,kmod
include+=,less,openssl,netbase,ifupdown,apt-utils
mkdir -p "$folder"
debootstrap --foreign --variant=minbase --include="$include" "$release" "$bare" "$mirror"
echo force-unsafe-io > "$bare/etc/dpkg/dpkg.cfg.d/unsafe-io"
in_root "$bare" /debootstrap/debootstrap --second-stage
echo "deb $mirror $release main" > "$bare/etc/apt/sources.list"
[ -z "$apt_dates" ] || echo "$apt_dates" > "$bare/etc/apt/apt.conf.d/90lab-dates"

# --- Accounts. admin: sudo without a password; operator: sudo with it; plain: no sudo. Keys come when a host starts.
password=$(openssl passwd -6 -salt quaymaster lab-password)
in_root "$bare" useradd --create-home --shell /bin/bash admin
in_root "$bare" useradd --create-home --shell /bin/bash --gid operator --groups sudo --password "$password" operator
in_root "$bare" useradd --create-home --shell /bin/bash --password "$password" plain
echo 'admin ALL=(ALL) NOPASSWD:ALL' > "$bare/etc/sudoers.d/admin"
chmod 440 "$bare/etc/sudoers.d/admin"

# --- Made anew by every host.
: > "$bare/etc/machine-id"
rm -f "$bare"/etc/ssh/ssh_host_*

# --- What a container cannot do, or what would only disturb a test.
echo 'UseDNS no' > "$bare/etc/ssh/sshd_config.d/lab.conf"
for unit in systemd-udevd.service systemd-udev-trigger.service systemd-modules-load.service getty@.service \
  console-getty.service serial-getty@.service sys-kernel-debug.mount sys-kernel-tracing.mount \
  systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer; do
  ln -sf /dev/null "$bare/etc/systemd/system/$unit"
done
# Containers kept by live-restore would hold a clean power-off for systemd's 90 s.
mkdir -p "$bare/etc/systemd/system.conf.d"
printf '[Manager]\nDefaultTimeoutStopSec=5s\n' > "$bare/etc/systemd/system.conf.d/lab.conf"

# --- The packages that a product under test may install, as a repository inside the host: a host reaches no network.
in_root "$bare" apt-get update --quiet
wanted='docker.io haproxy socat busybox-static'
# For a host that is dressed as one with another package manager.
[ "$release" != bookworm ] || wanted+=' dnf rpm createrepo-c'
if in_root "$bare" apt-cache show docker-cli > /dev/null 2>&1; then wanted+=' docker-cli'; fi
# shellcheck disable=SC2086 # a list of names
in_root "$bare" apt-get install --yes --quiet --download-only --no-install-recommends $wanted
mkdir -p "$bare/srv/debs"
mv "$bare"/var/cache/apt/archives/*.deb "$bare/srv/debs/"
(cd "$bare/srv/debs" && dpkg-scanpackages --multiversion . /dev/null > Packages 2> /dev/null)
in_root "$bare" apt-get clean
find "$bare/var/lib/apt/lists" -type f -delete
echo 'deb [trusted=yes] file:/srv/debs ./' > "$bare/etc/apt/sources.list"
: > "$bare/etc/resolv.conf"
rm -f "$bare/etc/hostname"

# --- busybox:lab
image=$folder/busybox
mkdir -p "$image/bin" "$image/tmp" "$image/etc" "$image/root"
chmod 1777 "$image/tmp"
dpkg-deb --fsys-tarfile "$bare"/srv/debs/busybox-static_*.deb | tar -x -C "$image" --strip-components=0 --wildcards '*/busybox'
[ -x "$image/bin/busybox" ] || mv "$image/usr/bin/busybox" "$image/bin/busybox"
rm -rf --one-file-system "$image/usr"
chroot "$image" /bin/busybox --install -s /bin
tar -C "$image" -cf "$folder/busybox.tar" .
rm -rf --one-file-system "$image"

# --- The layer with the engine. Nothing may start in it, and only here: a host has no policy-rc.d.
merged=$folder/merged
mkdir -p "$engine" "$folder/work" "$merged"
mount -t overlay overlay -o "lowerdir=$bare,upperdir=$engine,workdir=$folder/work" "$merged"
policy=$merged/usr/sbin/policy-rc.d
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
in_root "$merged" apt-get update --quiet
# shellcheck disable=SC2046 # nothing, where there is no such package
in_root "$merged" apt-get install --yes --quiet --no-install-recommends docker.io $([[ $wanted != *docker-cli* ]] || echo docker-cli)
rm "$policy"
find "$merged/var/lib/apt/lists" -type f -delete
umount "$merged"
rmdir "$merged"
rm -rf --one-file-system "$folder/work"
