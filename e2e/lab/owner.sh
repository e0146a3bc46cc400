# Owners: whatever the lab makes belongs to a process, and ends with it. Sourced by lab.sh.
#
# A record is "PID START BOOT": a process id alone may be somebody else's by now. "kept" is nobody, and never ends.

lab_boot=$(cat /proc/sys/kernel/random/boot_id)

# process_start PID: when it started, in clock ticks since the boot. Nothing when it is gone or only waits to be reaped.
process_start() {
  local stat
  stat=$(cat "/proc/$1/stat" 2> /dev/null) || return 0
  stat=${stat##*) }
  # shellcheck disable=SC2086 # fields
  set -- $stat
  [ "$1" = Z ] || printf '%s' "${20}"
}

# owner_record PID|kept
owner_record() {
  [ "$1" != kept ] || { echo kept; return 0; }
  local start
  start=$(process_start "$1")
  [ -n "$start" ] || fail "no process $1 to own it"
  echo "$1 $start $lab_boot"
}

# record_alive FILE: whether the recorded process is there. A record that cannot be read belongs to nobody.
record_alive() {
  local pid start boot
  { read -r pid start boot < "$1"; } 2> /dev/null || return 1
  [ "$pid" != kept ] || return 0
  [ "$boot" = "$lab_boot" ] && [ "$start" = "$(process_start "$pid")" ]
}

# record_kill FILE: ends the recorded process and its group, if it is still the one that was recorded, and waits until it is gone.
record_kill() {
  record_alive "$1" || return 0
  local pid
  read -r pid _ < "$1"
  # Each of the lab's processes leads a group of its own, unless it was caught before it came to that.
  kill -KILL -- "-$pid" 2> /dev/null || kill -KILL "$pid" 2> /dev/null || return 0
  for _ in $(seq 200); do
    record_alive "$1" || return 0
    sleep 0.02
  done
  fail "process $pid does not end"
}
