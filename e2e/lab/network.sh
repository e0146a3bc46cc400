# The lab's network: one bridge without a way out. Sourced by lab.sh; the caller of up and down holds the state's lock.

# network_conflict: what else has the lab's addresses, or nothing.
network_conflict() { ip -4 -oneline address show to "$lab_network.0/24" | awk -v own="$lab_bridge" '$2 != own { print $2; exit }'; }

# Twenty hosts with systemd use more of these than a machine has by default. What was there before is put back.
network_limits='fs.inotify.max_user_instances=8192 fs.inotify.max_user_watches=524288'

network_up() {
  local limit name was
  for limit in $network_limits; do
    name=${limit%=*}
    was=$(sysctl -n "$name")
    [ "$was" -lt "${limit#*=}" ] || continue
    echo "$name=$was" >> "$lab_state/limits"
    sysctl -qw "$limit"
  done
  # First the guard: a packet for a host that is not there must not leave by the machine's default route.
  ip route replace unreachable "$lab_network.0/24" metric 4000000000
  if ! ip link show "$lab_bridge" > /dev/null 2>&1; then
    # A bridge without an address of its own takes its lowest port's, which changes as hosts come and go.
    ip link add "$lab_bridge" address 02:71:6d:00:00:01 type bridge
  fi
  ip address replace "$lab_network.1/24" dev "$lab_bridge"
  ip link set "$lab_bridge" up
  # Where bridged frames pass iptables, a docker daemon of this machine would have them dropped. Where nothing is dropped,
  # no rule: even a removed one leaves its table behind.
  if [ "$(iptables -w -S FORWARD)" != '-P FORWARD ACCEPT' ]; then
    iptables -w -C FORWARD -i "$lab_bridge" -o "$lab_bridge" -j ACCEPT 2> /dev/null ||
      iptables -w -I FORWARD -i "$lab_bridge" -o "$lab_bridge" -j ACCEPT
  fi
}

network_down() {
  local limit
  ! ip link show "$lab_bridge" > /dev/null 2>&1 || ip link delete "$lab_bridge"
  iptables -w -D FORWARD -i "$lab_bridge" -o "$lab_bridge" -j ACCEPT 2> /dev/null || true
  ip route delete unreachable "$lab_network.0/24" metric 4000000000 2> /dev/null || true
  [ -f "$lab_state/limits" ] || return 0
  while read -r limit; do sysctl -qw "$limit"; done < "$lab_state/limits"
}

# network_block NAME ADDRESS PORT drop|reject: drop = no answer at all, reject = connection refused.
network_block() {
  local name=$1 address=$2 port=$3 how=$4
  network_unblock "$name" "$port"
  nft -f - << RULES
table inet $name {
  set dropped { type inet_service; }
  set rejected { type inet_service; }
  chain output {
    type filter hook output priority 0;
  }
}
table bridge $name {
  set blocked { type inet_service; }
  chain forward {
    type filter hook forward priority 0;
  }
}
flush chain inet $name output
flush chain bridge $name forward
add rule inet $name output ip daddr $address tcp dport @dropped drop
add rule inet $name output ip daddr $address tcp dport @rejected reject with tcp reset
add rule bridge $name forward ip daddr $address tcp dport @blocked drop
add element inet $name $([ "$how" = drop ] && echo dropped || echo rejected) { $port }
add element bridge $name blocked { $port }
RULES
}

# network_unblock NAME PORT
network_unblock() {
  local set
  for set in "inet $1 dropped" "inet $1 rejected" "bridge $1 blocked"; do
    nft "delete element $set { $2 }" 2> /dev/null || true
  done
}

# network_forget NAME: nothing of a host stays in the machine's network.
network_forget() {
  nft "delete table inet $1" 2> /dev/null || true
  nft "delete table bridge $1" 2> /dev/null || true
  # The kernel takes its time with the namespace of a dead host; the next one with this name needs the link's name now.
  ip link delete "vb-$1" 2> /dev/null || true
  ip neighbour flush to "$2" > /dev/null 2>&1 || true
}
