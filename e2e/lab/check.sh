# Whether this machine can run the lab. Sourced by lab.sh.

# check: prints "ok", or in one sentence what is in the way.
check() {
  local command cgroup conflict disk=$lab_cache
  if [ "$(id -u)" != 0 ]; then
    echo 'Real hosts need root.'
    return
  fi
  for command in systemd-nspawn debootstrap dpkg-scanpackages ip iptables nft nsenter unshare setpriv ssh ssh-keygen openssl pgrep ps ss sysctl wget; do
    if ! command -v "$command" > /dev/null; then
      echo "The command $command is missing: run e2e/lab/install-packages.sh."
      return
    fi
  done
  if ! grep -qw overlay /proc/filesystems && ! modprobe overlay 2> /dev/null; then
    echo 'The kernel has no overlayfs.'
    return
  fi
  if ! unshare --mount --pid --fork true 2> /dev/null; then
    echo 'This machine lets nobody make namespaces.'
    return
  fi
  for cgroup in $(unit_cgroups .); do
    if [ ! -w "$cgroup" ]; then
      echo "The control groups in $(dirname "$cgroup") cannot be written."
      return
    fi
  done
  conflict=$(network_conflict)
  if [ -n "$conflict" ]; then
    echo "The interface $conflict has an address of the lab's network $lab_network.0/24."
    return
  fi
  while [ ! -e "$disk" ]; do disk=$(dirname "$disk"); done
  if [ "$(stat -fc %T "$disk")" = overlayfs ]; then
    echo "$lab_cache is itself on an overlay: set QUAYMASTER_LAB_DIR to a folder on a disk."
    return
  fi
  echo ok
}
