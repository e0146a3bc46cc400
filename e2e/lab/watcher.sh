#!/bin/bash
# Waits until the owner of a host or database is gone, then removes it: watcher.sh PID FOLDER
. "$(dirname "$0")/environment.sh"
. "$lab_scripts/owner.sh"
# tail looks twice a second and starts nothing to do so
while record_alive "$2/owner"; do tail --follow --sleep-interval=0.5 --pid="$1" /dev/null; done
exec bash "$lab_scripts/lab.sh" stop "$(basename "$2")"
