#!/bin/bash
# Installs the Debian packages that the end-to-end tests need, and nothing that is there already.
#
#   install-packages.sh           install what is missing (root), else print the names and exit 2
#   install-packages.sh --list    print every name
#
# When all are there it only reads dpkg's database, so it may be called before every test run.
set -euo pipefail

packages=(
  # the lab's hosts
  systemd-container debootstrap debian-archive-keyring dpkg-dev
  iproute2 iptables nftables procps util-linux openssl openssh-client
  # a hypervisor of its own, and the disk image of a virtual machine
  libvirt-daemon-system libvirt-clients libvirt-daemon-driver-qemu dnsmasq-base qemu-utils qemu-system-x86 e2fsprogs
  # what tests of the console's own parts talk to: a real sshd, signed repositories, archives
  openssh-server gnupg unzip curl
  # the console's own surroundings: a browser that can draw text, and its database
  chromium fonts-liberation postgresql
)

# A docker client from elsewhere does as well; Debian's comes with the engine, which stays unstarted (below).
command -v docker >/dev/null || packages+=(docker.io)

if [ "${1:-}" = --list ]; then
  printf '%s\n' "${packages[@]}"
  exit 0
fi

installed=" $(dpkg-query --show --showformat '${db:Status-Status}=${Package} ' 2>/dev/null) "
missing=()
for package in "${packages[@]}"; do
  [[ $installed == *" installed=$package "* ]] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  echo "These packages are missing; install them as root: ${missing[*]}" >&2
  exit 2
fi

# A package must not start its service here: dockerd would rewrite this machine's firewall, and the tests make database
# clusters of their own. policy-rc.d is how Debian is told so; one that the machine has already stays as it is.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' > $policy
  chmod 755 $policy
fi

echo "Installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
# The lists may be absent or name versions that the mirror no longer has: then read them again, once.
"${install[@]}" >&2 || { apt-get update --quiet >&2 && "${install[@]}" >&2; }
