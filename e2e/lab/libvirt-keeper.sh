#!/bin/bash
# libvirt for a test: libvirt-keeper.sh run FOLDER, until its standard input ends; libvirt-keeper.sh check
#
# Prints "ready" once qemu:///system answers and the network "quaymaster" (10.79.0.0/24, no way out) is there. However the one
# who asked for it ends, its end of the pipe is closed, and everything goes: machines, network, daemons, rules of the firewall.
#
# What libvirt keeps lies in a mount namespace of its own, so none of it is left. So does /dev/kvm, as a file that nobody may
# use: a test takes the same time everywhere, and where the device belongs to root alone libvirt asks QEMU anew, for half a
# minute, at every call.
set -euo pipefail
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
bridge=qmvirt0 network=10.79.0
say() { printf 'libvirt: %s\n' "$*" >&2; }

check() {
  local command
  for command in libvirtd virtlogd virsh qemu-img qemu-system-x86_64 dnsmasq iptables unshare flock; do
    command -v "$command" > /dev/null || { echo "The command $command is missing: run e2e/lab/install-packages.sh."; return; }
  done
  if pgrep -x libvirtd > /dev/null || pgrep -x virtqemud > /dev/null; then
    echo 'libvirt runs on this machine already, and the test wants one of its own.'
    return
  fi
  echo ok
}

# In its own mount namespace: the daemons, whose files are in memory.
daemons() {
  local folder=$1 place
  for place in /etc/libvirt /var/lib/libvirt /var/cache/libvirt /var/log/libvirt; do
    mkdir -p "$place"
    mount -t tmpfs -o mode=755 tmpfs "$place"
  done
  [ ! -e /dev/kvm ] || mount --bind "$folder/nobodys" /dev/kvm
  mkdir -p /etc/libvirt/qemu /var/lib/libvirt/qemu /var/cache/libvirt/qemu /var/log/libvirt/qemu
  chmod 711 /var/lib/libvirt
  # Its own view of /dev cannot be made where one of the devices is a mount.
  printf 'namespaces = []\nsecurity_driver = "none"\n' > /etc/libvirt/qemu.conf
  virtlogd --pid-file "$folder/virtlogd.pid" < /dev/null > "$folder/virtlogd.log" 2>&1 &
  exec libvirtd --pid-file "$folder/libvirtd.pid" < /dev/null > "$folder/libvirtd.log" 2>&1
}

# end PIDFILE: by its id, and waits.
end() {
  local pid
  pid=$(cat "$1" 2> /dev/null) || return 0
  kill "$pid" 2> /dev/null || return 0
  for _ in $(seq 100); do
    kill -0 "$pid" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2> /dev/null || true
}

# libvirtd leaves its chains behind when it ends.
remove_chains() {
  local tables table rule chain
  for tables in iptables ip6tables; do
    for table in filter nat mangle; do
      "$tables" -w -t "$table" -S 2> /dev/null | sed -n 's/^-A \([A-Z]* -j LIBVIRT_\)/-D \1/p' | while read -r rule; do
        # shellcheck disable=SC2086 # words of a rule
        "$tables" -w -t "$table" $rule || true
      done
      for chain in $("$tables" -w -t "$table" -S 2> /dev/null | sed -n 's/^-N \(LIBVIRT_.*\)/\1/p'); do
        "$tables" -w -t "$table" -F "$chain" && "$tables" -w -t "$table" -X "$chain" || true
      done
    done
  done
}

take_away() {
  local domain
  trap '' EXIT HUP INT TERM PIPE
  for domain in $(timeout 20 virsh -q -c qemu:///system list --uuid 2> /dev/null); do
    timeout 30 virsh -q -c qemu:///system destroy "$domain" > /dev/null 2>&1 || true
  done
  timeout 20 virsh -q -c qemu:///system net-destroy quaymaster > /dev/null 2>&1 || true
  end "$folder/libvirtd.pid"
  end "$folder/virtlogd.pid"
  remove_chains
  ip link delete "$bridge" 2> /dev/null || true
  ip route delete unreachable "$network.0/24" metric 4000000000 2> /dev/null || true
  [ "$had_state" = yes ] || rm -rf --one-file-system /run/libvirt
}

run() {
  folder=$1 had_state=no
  [ ! -e /run/libvirt ] || had_state=yes
  exec 9> "/run/lock/quaymaster-libvirt"
  flock --timeout 600 9
  [ "$(check)" = ok ] || { check >&2; exit 1; }
  trap take_away EXIT
  trap 'exit 1' HUP INT TERM PIPE
  install -m 600 /dev/null "$folder/nobodys"
  setsid unshare --mount --propagation slave bash "$0" daemons "$folder" 9>&- &
  for _ in $(seq 120); do
    timeout 20 virsh -q -c qemu:///system version > /dev/null 2>&1 && break
    sleep 0.5
  done
  # Left by a keeper that was killed before it could take its network away.
  timeout 60 virsh -q -c qemu:///system net-destroy quaymaster > /dev/null 2>&1 || true
  timeout 60 virsh -q -c qemu:///system net-create /dev/stdin > /dev/null << NETWORK
<network>
  <name>quaymaster</name>
  <bridge name='$bridge' stp='off' delay='0'/>
  <ip address='$network.1' netmask='255.255.255.0'><dhcp><range start='$network.50' end='$network.199'/></dhcp></ip>
</network>
NETWORK
  # Once the bridge is gone: a packet for a machine that is not there any more must not leave by the default route. Not before,
  # since libvirt takes the route for somebody else's network.
  ip route replace unreachable "$network.0/24" metric 4000000000
  echo ready
  # Until whoever asked for it lets go.
  cat > /dev/null
}

case ${1:-} in
  check) check ;;
  run) run "$2" ;;
  daemons) daemons "$2" ;;
  *) sed -n '2,/^set /p' "$0" | sed '/^set /d; s/^# \{0,1\}//'; exit 2 ;;
esac
