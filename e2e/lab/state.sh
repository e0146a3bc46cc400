# The lab's one lock, around what several processes could make at the same moment: an index, the bridge. Sourced by lab.sh.

# The lock file goes away with the last host, so the one that was locked may be no longer the one that others see.
state_lock() {
  while :; do
    exec {state_lock}> "$lab_state.lock"
    flock "$state_lock"
    [ "$(stat -c %i "$lab_state.lock" 2> /dev/null)" != "$(stat -Lc %i "/proc/self/fd/$state_lock")" ] || return 0
    exec {state_lock}>&-
  done
}

state_unlock() {
  [ -z "${state_lock:-}" ] || exec {state_lock}>&-
  state_lock=
}

# Takes away the lab's last traces when nothing lives in it any more.
state_remove_when_idle() {
  state_lock
  if ! compgen -G "$lab_state/*/*/owner" > /dev/null; then
    network_down
    rm -rf --one-file-system "$lab_state"
    rm -f "$lab_state.lock"
  fi
  state_unlock
}
