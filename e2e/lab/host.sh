# One host: a Debian with systemd, booted by systemd-nspawn on an overlay of a base. Sourced by lab.sh.
#
# Its folder in $lab_state/hosts/NAME, made whole and then renamed into place, which is what claims its index:
#   owner    whose it is (owner.sh)            keeper   process that holds all of it: kill it and everything in it ends
#   watcher  process that ends it with its owner        power, state  fifo that takes "on"; "on" or "off" (keeper.sh)
#   release, engine, address, base             client-key.pub, host-key(.pub)      console.log

host_folder() { printf '%s/hosts/%s' "$lab_state" "$1"; }

host_cgroups() {
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    echo "/sys/fs/cgroup/$1"
  else
    echo "/sys/fs/cgroup/systemd/$1 /sys/fs/cgroup/unified/$1"
  fi
}

# host_claim INDEX|auto RECORD: prints the name of the claimed host. The caller holds the state's lock.
host_claim() {
  local wanted=$1 index made=$lab_state/made.$BASHPID
  mkdir -p "$lab_state/hosts" "$made"
  echo "$2" > "$made/owner"
  for index in $([ "$wanted" = auto ] && seq $lab_indexes || echo "$wanted"); do
    [ ! -e "$(host_folder "qmlab$index")" ] || continue
    echo "$lab_network.$((10 + index))" > "$made/address"
    mv -T "$made" "$(host_folder "qmlab$index")"
    echo "qmlab$index"
    return 0
  done
  rm -rf --one-file-system "$made"
  fail "no free host index (wanted: $wanted)"
}

# host_start INDEX|auto OWNER RELEASE absent|present, standard input: the key that its accounts take, the OpenSSH private
# key and then its public line. Prints NAME once ssh lets admin in and, where an engine is wanted, the engine answers.
host_start() {
  local wanted=$1 record release=$3 engine=$4 key name folder base started=$EPOCHREALTIME
  key=$(cat)
  record=$(owner_record "$2")
  base_build "$release"
  base=$(base_folder "$release")
  touch "$base"
  sweep_dead
  state_lock
  name=$(host_claim "$wanted" "$record") || exit 1
  # Whatever goes wrong from here on, the claim is given back.
  trap 'state_unlock; host_stop "'"$name"'"' EXIT
  network_up
  state_unlock
  folder=$(host_folder "$name")
  echo "$release" > "$folder/release"
  echo "$engine" > "$folder/engine"
  echo "$base" > "$folder/base"
  (umask 077 && sed '/^ssh-/d' > "$folder/client-key") <<< "$key"
  grep '^ssh-' <<< "$key" > "$folder/client-key.pub"
  ssh-keygen -q -t ed25519 -N '' -C "root@$name" -f "$folder/host-key"
  mkfifo "$folder/power"
  host_store "$name"
  host_keep "$name"
  [ "$record" = kept ] || host_watch "$name" "$2"
  host_await "$name"
  trap - EXIT
  say "$name: $release, engine $engine, ready after $(seconds_since "$started") s"
  echo "$name"
}

# A host's files are in memory, which is faster and ends with it; where memory is short, they are beside the bases.
host_store() {
  local available
  available=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo)
  [ "$available" -lt $((4 * 1024 * 1024)) ] || return 0
  mkdir -p "$lab_cache/stores/$1"
  echo "$lab_cache/stores/$1" > "$(host_folder "$1")/store"
}

# Starts the keeper in a cgroup of its own: hosts that share one kill each other's units.
host_keep() {
  local folder cgroup
  folder=$(host_folder "$1")
  for cgroup in $(host_cgroups "$1"); do mkdir -p "$cgroup"; done
  (
    for cgroup in $(host_cgroups "$1"); do echo "$BASHPID" > "$cgroup/cgroup.procs"; done
    cd /
    exec setsid unshare --mount --propagation private --pid --fork --kill-child --mount-proc --ipc \
      bash "$lab_scripts/keeper.sh" "$folder" "$1"
  ) > "$folder/console.log" 2>&1 < /dev/null &
  owner_record $! > "$folder/keeper"
}

# Ends the host when its owner is gone, however that came about.
host_watch() {
  local folder
  folder=$(host_folder "$1")
  (cd / && exec setsid bash "$lab_scripts/watcher.sh" "$2" "$1") > /dev/null 2>&1 < /dev/null &
  owner_record $! > "$folder/watcher"
}

# host_describe NAME: what a test must know of it, as JSON.
host_describe() {
  local folder
  folder=$(host_folder "$1")
  printf '{"name":"%s","address":"%s","hostKeyFingerprint":"%s"}\n' "$1" "$(cat "$folder/address")" \
    "$(ssh-keygen -lf "$folder/host-key.pub" | cut -d' ' -f2)"
}

# host_leader NAME: process id of the host's init, or nothing when it is off.
host_leader() {
  local folder keeper nspawn
  folder=$(host_folder "$1")
  record_alive "$folder/keeper" || return 0
  read -r keeper _ < "$folder/keeper"
  keeper=$(pgrep -P "$keeper") || return 0
  nspawn=$(pgrep -P "$keeper" -x systemd-nspawn) || return 0
  pgrep -P "$nspawn" -x systemd || true
}

# host_enter NAME COMMAND...: as root inside, with a plain environment.
host_enter() {
  local name=$1 leader
  shift
  leader=$(host_leader "$name")
  [ -n "$leader" ] || fail "$name is not running"
  cd /
  exec nsenter --target "$leader" --all env --chdir=/root -i HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# host_ssh NAME COMMAND...: as admin
host_ssh() {
  local folder
  folder=$(host_folder "$1")
  shift
  ssh -F none -i "$folder/client-key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=2 "admin@$(cat "$folder/address")" "$@" < /dev/null
}

# host_await NAME: until ssh lets admin in and the engine, if it has one, answers.
host_await() {
  local folder deadline=$((SECONDS + 90)) probe=true
  folder=$(host_folder "$1")
  [ "$(cat "$folder/engine")" = absent ] || probe='sudo docker version >/dev/null 2>&1'
  until host_ssh "$1" "$probe" 2> "$folder/ssh.log"; do
    if [ $SECONDS -ge $deadline ] || ! record_alive "$folder/keeper"; then
      tail -n 30 "$folder/console.log" "$folder/ssh.log" >&2
      fail "$1 did not come up"
    fi
    sleep 0.05
  done
}

# host_await_state NAME on|off
host_await_state() {
  local folder deadline=$((SECONDS + 60))
  folder=$(host_folder "$1")
  until [ "$(cat "$folder/state" 2> /dev/null)" = "$2" ]; do
    [ $SECONDS -lt $deadline ] || fail "$1 is not $2 after 60 s"
    sleep 0.05
  done
}

# host_power_off NAME clean|hard
host_power_off() {
  local leader
  leader=$(host_leader "$1")
  [ -n "$leader" ] || return 0
  if [ "$2" = hard ]; then kill -KILL "$leader"; else (host_enter "$1" systemctl poweroff --no-wall); fi
  host_await_state "$1" off
}

host_power_on() {
  [ "$(cat "$(host_folder "$1")/state")" != on ] || return 0
  echo on > "$(host_folder "$1")/power"
  host_await_state "$1" on
  host_await "$1"
}

# host_reboot NAME clean|hard. While the old init is there, ssh may still answer for what is going down.
host_reboot() {
  local before deadline=$((SECONDS + 60))
  if [ "$2" = hard ]; then
    host_power_off "$1" hard
    host_power_on "$1"
    return
  fi
  before=$(host_leader "$1")
  (host_enter "$1" systemctl reboot --no-wall)
  while [ -d "/proc/$before" ]; do
    [ $SECONDS -lt $deadline ] || fail "$1 does not go down"
    sleep 0.05
  done
  host_await "$1"
}

# host_stop NAME: pulls the plug and removes every trace. The first of several callers does it, the others wait for it.
host_stop() {
  local folder
  folder=$(host_folder "$1")
  if { exec {host_lock}< "$folder"; } 2> /dev/null; then
    flock "$host_lock"
    # Unless it was removed, and perhaps made anew, while this one waited
    if [ "$(stat -c %i "$folder" 2> /dev/null)" = "$(stat -Lc %i "/proc/self/fd/$host_lock")" ]; then host_remove "$1"; fi
    exec {host_lock}>&-
  fi
  state_remove_when_idle
}

host_remove() {
  local folder watcher=0 cgroup
  folder=$(host_folder "$1")
  [ ! -f "$folder/watcher" ] || read -r watcher _ < "$folder/watcher"
  [ "$watcher" = $$ ] || record_kill "$folder/watcher"
  record_kill "$folder/keeper"
  network_forget "$1" "$(cat "$folder/address")"
  for cgroup in $(host_cgroups "$1"); do host_remove_cgroup "$cgroup"; done
  [ ! -f "$folder/store" ] || rm -rf --one-file-system "$(cat "$folder/store")"
  # In one go, because a folder without its record would be nobody's and still hold the index
  mv -T "$folder" "$lab_state/gone.$BASHPID"
  rm -rf --one-file-system "$lab_state/gone.$BASHPID"
}

# The processes in it are dying, not dead: the keeper took its namespace along, which the kernel does in its own time.
host_remove_cgroup() {
  for _ in $(seq 250); do
    [ -d "$1" ] || return 0
    find "$1" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.02
  done
  [ ! -d "$1" ] || fail "$1 still has processes"
}
