#!/bin/bash
# Waits until the owner of a host or database is gone, then removes it: watcher.sh PID NAME
. "$(dirname "$0")/environment.sh"
. "$lab_scripts/owner.sh"
# tail looks twice a second and starts nothing to do so
for record in "$lab_state"/*/"$2"/owner; do
  while record_alive "$record"; do tail --follow --sleep-interval=0.5 --pid="$1" /dev/null; done
done
exec bash "$lab_scripts/lab.sh" stop "$2"
