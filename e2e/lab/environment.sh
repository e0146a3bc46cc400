# Names and places that the lab's scripts share. Sourced, never run.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

lab_scripts=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

# What may be kept between runs: the bases. Another folder, another cache.
lab_cache=${QUAYMASTER_LAB_DIR:-/var/cache/quaymaster-lab}

# What is running now. The bridge and its addresses belong to the whole machine, so this place does as well, whatever
# the cache is: two checkouts whose tests run side by side share it.
lab_state=/run/quaymaster-lab

lab_bridge=qmlab0
lab_network=10.77.0
lab_indexes=200
lab_releases='bullseye bookworm trixie'

say() { printf 'lab: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# Seconds since the given $EPOCHREALTIME, for progress lines.
seconds_since() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }'; }
