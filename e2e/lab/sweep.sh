# Removes what owners that are gone have left. Sourced by lab.sh.

# sweep_dead: hosts and databases without a living owner.
sweep_dead() {
  local record name
  for record in "$lab_state"/*/*/owner; do
    [ -e "$record" ] && ! record_alive "$record" || continue
    name=$(basename "$(dirname "$record")")
    say "$name: its owner is gone, removing it"
    unit_stop "$name"
  done
}

sweep() {
  sweep_dead
  state_remove_when_idle
}
