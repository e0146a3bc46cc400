# One host: a Debian with systemd, booted by systemd-nspawn on an overlay of a base. Sourced by lab.sh.
#
# A unit (unit.sh) named qmlabN, with these files besides: release, engine, address, base, store (only where its files are
# on disk), client-key(.pub), host-key(.pub).

# host_start INDEX|auto OWNER RELEASE absent|present, standard input: the key that its accounts take, the OpenSSH private
# key and then its public line. Prints NAME once ssh lets admin in and, where an engine is wanted, the engine answers.
host_start() {
  local wanted=$1 record release=$3 engine=$4 key name folder base started=$EPOCHREALTIME
  key=$(cat)
  record=$(owner_record "$2")
  base_build "$release" "$PPID"
  base=$(base_folder "$release")
  touch "$base"
  sweep_dead
  state_lock
  name=$(unit_claim qmlab "$wanted" "$record") || exit 1
  # Whatever goes wrong from here on, the claim is given back.
  trap 'state_unlock; unit_stop "'"$name"'"' EXIT
  folder=$(unit_folder "$name")
  echo "$lab_network.$((10 + ${name#qmlab}))" > "$folder/address"
  network_up
  state_unlock
  echo "$release" > "$folder/release"
  echo "$engine" > "$folder/engine"
  echo "$base" > "$folder/base"
  (umask 077 && sed '/^ssh-/d' > "$folder/client-key") <<< "$key"
  grep '^ssh-' <<< "$key" > "$folder/client-key.pub"
  ssh-keygen -q -t ed25519 -N '' -C "root@$name" -f "$folder/host-key"
  host_store "$name"
  unit_keep "$name" host-keeper.sh
  unit_watch "$name"
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
  echo "$lab_cache/stores/$1" > "$(unit_folder "$1")/store"
}

# host_describe NAME: what a test must know of it, as JSON.
host_describe() {
  local folder
  folder=$(unit_folder "$1")
  printf '{"name":"%s","address":"%s","hostKeyFingerprint":"%s"}\n' "$1" "$(cat "$folder/address")" \
    "$(ssh-keygen -lf "$folder/host-key.pub" | cut -d' ' -f2)"
}

# host_leader NAME: process id of the host's init, or nothing when it is off.
host_leader() {
  local keeper nspawn
  keeper=$(unit_init "$1")
  [ -n "$keeper" ] && nspawn=$(pgrep -P "$keeper" -x systemd-nspawn) || return 0
  pgrep -P "$nspawn" -x systemd || true
}

# host_enter NAME COMMAND...: as root inside, with a plain environment.
host_enter() {
  local name=$1 leader
  shift
  leader=$(host_leader "$name")
  [ -n "$leader" ] || fail "$name is not running"
  cd /
  exec nsenter --target "$leader" --all --root env --chdir=/root -i HOME=/root USER=root LOGNAME=root LANG=C.UTF-8 TERM=dumb \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

# host_ssh NAME COMMAND...: as admin
host_ssh() {
  local folder
  folder=$(unit_folder "$1")
  shift
  ssh -F none -i "$folder/client-key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=2 "admin@$(cat "$folder/address")" "$@" < /dev/null
}

# host_await NAME: until ssh lets admin in and the engine, if it has one, answers.
host_await() {
  local folder deadline=$((SECONDS + 90)) probe=true
  folder=$(unit_folder "$1")
  [ "$(cat "$folder/engine")" = absent ] || probe='sudo docker version >/dev/null 2>&1'
  until host_ssh "$1" "$probe" 2> "$folder/ssh.log"; do
    if [ $SECONDS -ge $deadline ] || ! record_alive "$folder/keeper" || [ "$(cat "$folder/state" 2> /dev/null)" = off ]; then
      tail -n 30 "$folder/console.log" "$folder/ssh.log" >&2
      fail "$1 did not come up"
    fi
    sleep 0.05
  done
}

# host_power_off NAME clean|hard
host_power_off() {
  local leader
  leader=$(host_leader "$1")
  [ -n "$leader" ] || return 0
  if [ "$2" = hard ]; then kill -KILL "$leader"; else (host_enter "$1" systemctl poweroff --no-wall); fi
  unit_await_state "$1" off
}

host_power_on() {
  [ "$(cat "$(unit_folder "$1")/state")" != on ] || return 0
  echo on > "$(unit_folder "$1")/power"
  unit_await_state "$1" on
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
