#!/bin/bash
# Real Debian hosts for tests. See README.md beside this file.
#
#   lab.sh up [RELEASE] [absent|present] [--keep]   start a host that ends with this terminal session (or, kept, with down)
#   lab.sh list                                     what is running
#   lab.sh sh NAME [COMMAND...]                     a root shell inside, or one command
#   lab.sh down [NAME...]                           end these hosts, or all that were started with up
#   lab.sh sweep                                    remove what owners that are gone have left
#   lab.sh prepare [RELEASE...]                     make the bases now
#
# The rest of its commands are for lab.ts, which is what tests use.
. "$(dirname "$(readlink -f "$0")")/environment.sh"
for part in owner state unit network base vm-image host database sweep check; do . "$lab_scripts/$part.sh"; done

command=${1:-help}
[ $# = 0 ] || shift

require_host() { [ -e "$(unit_folder "$1")/owner" ] || fail "no host $1"; }

case $command in
  check) check ;;
  prepare)
    sweep
    # shellcheck disable=SC2086 # a list of names
    base_prepare "$PPID" ${*:-$lab_releases}
    ;;
  vm-image) vm_image "$1" "$PPID" ;;
  make-key)
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    ssh-keygen -q -t ed25519 -N '' -C quaymaster-lab -f "$made/key"
    cat "$made/key" "$made/key.pub"
    ;;
  start)
    name=$(host_start "$@")
    host_describe "$name"
    ;;
  stop) for name in "$@"; do unit_stop "$name"; done ;;
  enter) host_enter "$@" ;;
  power-off) host_power_off "$@" ;;
  power-on) host_power_on "$@" ;;
  reboot) host_reboot "$@" ;;
  await) host_await "$@" ;;
  link) ip link set "vb-$1" "$2" ;;
  block) network_block "$@" ;;
  unblock) network_unblock "$@" ;;
  stage-image)
    host_enter "$1" docker import --change 'CMD ["sh"]' - busybox:lab < "$(cat "$(unit_folder "$1")/base")/busybox.tar" > /dev/null
    ;;
  busybox-archive) echo "$(base_folder "$1")/busybox.tar" ;;
  sweep) sweep ;;
  start-database)
    name=$(database_start "$@")
    database_url "$name"
    ;;
  restart-database) database_restart "$@" ;;
  kill-database) database_kill "$@" ;;
  up)
    # The session's leader: the terminal's shell, also when this was called from a script or a substitution in it
    owner=$(ps -o sid= -p $$) release=bookworm engine=absent
    for argument in "$@"; do
      case $argument in
        --keep) owner=kept ;;
        absent | present) engine=$argument ;;
        *) release=$argument ;;
      esac
    done
    [ "$(check)" = ok ] || fail "$(check)"
    name=$("$0" make-key | host_start auto "${owner// /}" "$release" "$engine")
    touch "$(unit_folder "$name")/by-hand"
    say "ssh -i $(unit_folder "$name")/client-key admin@$(cat "$(unit_folder "$name")/address")"
    echo "$name"
    ;;
  down)
    if [ $# = 0 ]; then
      for mark in "$lab_state"/hosts/*/by-hand; do
        [ ! -e "$mark" ] || set -- "$@" "$(basename "$(dirname "$mark")")"
      done
    fi
    for name in "$@"; do
      require_host "$name"
      unit_stop "$name"
    done
    ;;
  list)
    for record in "$lab_state"/hosts/*/owner; do
      [ -e "$record" ] || continue
      folder=$(dirname "$record")
      printf '%s %s %s engine-%s %s owner %s\n' "$(basename "$folder")" "$(cat "$folder/address")" \
        "$(cat "$folder/release")" "$(cat "$folder/engine")" "$(cat "$folder/state")" "$(cut -d' ' -f1 "$record")"
    done
    ;;
  sh)
    require_host "$1"
    if [ $# = 1 ]; then host_enter "$1" TERM="${TERM:-dumb}" bash -l; else host_enter "$@"; fi
    ;;
  *)
    sed -n '2,/^\. /p' "$0" | sed '/^\. /d; s/^# \{0,1\}//'
    [ "$command" = help ] || exit 2
    ;;
esac
