# One PostgreSQL cluster, from Debian's package, its data in memory. Sourced by lab.sh.
#
# A unit (unit.sh) named qmpgN, with the file password besides. It listens on the loopback address only.

# Below the range that the kernel takes ports for outgoing connections from.
database_port() { echo $((25400 + $1)); }

# database_start OWNER: prints NAME once it answers.
database_start() {
  local record name folder
  [ "$(id -u)" = 0 ] || fail 'a database needs root, because PostgreSQL runs as its own user'
  record=$(owner_record "$1")
  sweep_dead
  state_lock
  name=$(unit_claim qmpg auto "$record") || exit 1
  trap 'state_unlock; unit_stop "'"$name"'"' EXIT
  state_unlock
  folder=$(unit_folder "$name")
  (umask 077 && openssl rand -hex 16 > "$folder/password")
  database_port "${name#qmpg}" > "$folder/port"
  unit_keep "$name" database-keeper.sh
  unit_watch "$name"
  database_await "$name"
  trap - EXIT
  echo "$name"
}

database_url() {
  local folder
  folder=$(unit_folder "$1")
  printf '{"name":"%s","url":"postgresql://quaymaster:%s@127.0.0.1:%s/quaymaster"}\n' \
    "$1" "$(cat "$folder/password")" "$(cat "$folder/port")"
}

# The keeper says "on" when the database answers.
database_await() {
  local folder deadline=$((SECONDS + 60))
  folder=$(unit_folder "$1")
  until [ "$(cat "$folder/state" 2> /dev/null)" = on ]; do
    if [ $SECONDS -ge $deadline ] || ! record_alive "$folder/keeper"; then
      tail -n 30 "$folder/console.log" >&2
      fail "$1 did not come up"
    fi
    sleep 0.02
  done
}

# database_postmaster NAME: its process id, or nothing
database_postmaster() {
  local keeper
  keeper=$(unit_init "$1")
  [ -z "$keeper" ] || pgrep -P "$keeper" -x postgres || true
}

# database_kill NAME: as a crash of the server would end it. Stays off.
database_kill() {
  local postmaster
  postmaster=$(database_postmaster "$1")
  [ -n "$postmaster" ] || return 0
  kill -KILL "$postmaster"
  unit_await_state "$1" off
}

# database_restart NAME: in an orderly way if it is on; after a crash, with the recovery from it.
database_restart() {
  local postmaster
  postmaster=$(database_postmaster "$1")
  if [ -n "$postmaster" ]; then
    # "fast": sessions are cut, what was committed is written
    kill -INT "$postmaster"
    unit_await_state "$1" off
  fi
  echo on > "$(unit_folder "$1")/power"
  database_await "$1"
}
