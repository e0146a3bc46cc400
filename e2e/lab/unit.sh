# What hosts and databases have in common: a name, an owner, a process that holds all of it. Sourced by lab.sh.
#
# A unit's folder is $lab_state/hosts/qmlabN or $lab_state/databases/qmpgN. It is made elsewhere and renamed into place,
# which is what claims its number, and renamed away before it is deleted. In it:
#   owner       record of whose it is (owner.sh)
#   keeper      record of the process that holds it: kill that one and everything in it ends, mounts included
#   watcher     record of the process that ends it when its owner is gone
#   power       fifo that takes "on", or "off" for a database
#   state       on or off
#   console.log what it said

unit_folder() {
  case $1 in
    qmlab*) printf '%s/hosts/%s' "$lab_state" "$1" ;;
    qmpg*) printf '%s/databases/%s' "$lab_state" "$1" ;;
    *) fail "no such name: $1" ;;
  esac
}

# unit_claim PREFIX INDEX|auto RECORD: prints the name of what is claimed. The caller holds the state's lock.
unit_claim() {
  local prefix=$1 wanted=$2 index folder made=$lab_state/made.$BASHPID
  mkdir -p "$made"
  echo "$3" > "$made/owner"
  mkfifo "$made/power"
  for index in $([ "$wanted" = auto ] && seq $lab_indexes || echo "$wanted"); do
    folder=$(unit_folder "$prefix$index")
    [ ! -e "$folder" ] && unit_free "$prefix" "$index" || continue
    mkdir -p "$(dirname "$folder")"
    mv -T "$made" "$folder"
    echo "$prefix$index"
    return 0
  done
  rm -rf --one-file-system "$made"
  fail "number $wanted is taken"
}

# unit_free PREFIX INDEX: whether the machine itself has no use for what goes with the number.
unit_free() { [ "$1" != qmpg ] || [ -z "$(ss --no-header --listening --tcp --numeric "sport = :$(database_port "$2")")" ]; }

# unit_keep NAME SCRIPT: starts the keeper, in namespaces and cgroups of its own. Hosts that share a cgroup would kill each
# other's services.
unit_keep() {
  local folder cgroup
  folder=$(unit_folder "$1")
  for cgroup in $(unit_cgroups "$1"); do mkdir -p "$cgroup"; done
  (
    for cgroup in $(unit_cgroups "$1"); do echo "$BASHPID" > "$cgroup/cgroup.procs"; done
    cd /
    exec setsid unshare --mount --propagation private --pid --fork --kill-child --mount-proc --ipc \
      bash "$lab_scripts/$2" "$folder" "$1"
  ) > "$folder/console.log" 2>&1 < /dev/null &
  owner_record $! > "$folder/keeper"
  disown
}

unit_cgroups() {
  [[ $1 != qmpg* ]] || return 0
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    echo "/sys/fs/cgroup/$1"
  else
    echo "/sys/fs/cgroup/systemd/$1 /sys/fs/cgroup/unified/$1"
  fi
}

# unit_watch NAME: has it end with its owner, however that one ends.
unit_watch() {
  local folder owner
  folder=$(unit_folder "$1")
  read -r owner _ < "$folder/owner"
  [ "$owner" != kept ] || return 0
  (cd / && exec setsid bash "$lab_scripts/watcher.sh" "$owner" "$folder") > /dev/null 2>&1 < /dev/null &
  owner_record $! > "$folder/watcher"
  disown
}

# unit_await_state NAME on|off
unit_await_state() {
  local folder deadline=$((SECONDS + 60))
  folder=$(unit_folder "$1")
  until [ "$(cat "$folder/state" 2> /dev/null)" = "$2" ]; do
    [ $SECONDS -lt $deadline ] || fail "$1 is not $2 after 60 s"
    sleep 0.05
  done
}

# unit_init NAME: id, among this machine's processes, of the keeper itself (record keeper: of the unshare above it)
unit_init() {
  local keeper
  record_alive "$(unit_folder "$1")/keeper" || return 0
  read -r keeper _ < "$(unit_folder "$1")/keeper"
  pgrep -P "$keeper" || true
}

# unit_stop NAME: pulls the plug and removes every trace. The first of several callers does it, the others wait for it.
unit_stop() {
  local folder
  folder=$(unit_folder "$1")
  if { exec {unit_lock}< "$folder"; } 2> /dev/null; then
    flock "$unit_lock"
    # Unless it was removed, and perhaps made anew, while this one waited
    if [ "$(stat -c %i "$folder" 2> /dev/null)" = "$(stat -Lc %i "/proc/self/fd/$unit_lock")" ]; then unit_remove "$1"; fi
    exec {unit_lock}>&-
  fi
  state_remove_when_idle
}

unit_remove() {
  local folder watcher=0 cgroup
  folder=$(unit_folder "$1")
  [ ! -f "$folder/watcher" ] || read -r watcher _ < "$folder/watcher"
  [ "$watcher" = $$ ] || record_kill "$folder/watcher"
  record_kill "$folder/keeper"
  [[ $1 != qmlab* ]] || network_forget "$1" "$(cat "$folder/address")"
  for cgroup in $(unit_cgroups "$1"); do unit_remove_cgroup "$cgroup"; done
  [ ! -f "$folder/store" ] || rm -rf --one-file-system "$(cat "$folder/store")"
  # In one go, because a folder without its record would be nobody's and still hold the number
  mv -T "$folder" "$lab_state/gone.$BASHPID"
  rm -rf --one-file-system "$lab_state/gone.$BASHPID"
}

# Its processes are dying, not dead: the keeper took its namespace along, which the kernel does in its own time.
unit_remove_cgroup() {
  for _ in $(seq 250); do
    [ -d "$1" ] || return 0
    find "$1" -depth -type d -exec rmdir {} + 2> /dev/null || sleep 0.02
  done
  [ ! -d "$1" ] || fail "$1 still has processes"
}
