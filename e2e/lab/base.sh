# Bases: root file systems of Debian releases, made once and kept in the cache. Sourced by lab.sh.

# base_folder RELEASE: where its bases are, or would be. Keyed by the recipe, so a changed recipe never meets an old base.
base_folder() { printf '%s/bases/%s-%s\n' "$lab_cache" "$1" "$(sha256sum < "$lab_scripts/base-recipe.sh" | cut -c1-16)"; }

# The mirror that this machine's own apt uses for Debian, whatever it is; QUAYMASTER_LAB_MIRROR where apt has none.
base_mirror() {
  local mirror=${QUAYMASTER_LAB_MIRROR:-} codename
  if [ -z "$mirror" ]; then
    codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
    mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
      awk -v codename="$codename" '$2 == codename || $2 == "stable" { print $1; exit }')
  fi
  [ -n "$mirror" ] || fail 'no Debian mirror among the apt sources of this machine: set QUAYMASTER_LAB_MIRROR'
  printf '%s\n' "$mirror"
}

# base_build RELEASE: makes the bases if they are not there. One builder at a time for each release; the others wait for it.
base_build() {
  local release=$1 folder building log mirror started=$EPOCHREALTIME
  folder=$(base_folder "$release")
  [ ! -d "$folder" ] || return 0
  mkdir -p "$lab_cache/bases" "$lab_cache/locks"
  exec {base_lock}> "$lab_cache/locks/$release"
  flock --nonblock "$base_lock" || { say "$release: another process is building it, waiting"; flock "$base_lock"; }
  if [ ! -d "$folder" ]; then
    # Whoever held the lock before is gone: what it began is nobody's.
    rm -rf --one-file-system "$lab_cache/bases/.$release".*
    building=$lab_cache/bases/.$release.$$
    log=$lab_cache/bases/$release.log
    mirror=$(base_mirror)
    say "$release: building its bases (log: $log)"
    # A namespace of its own ends everything in it at once, debootstrap and its mounts included, when this shell ends.
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
      bash "$lab_scripts/base-recipe.sh" "$release" "$mirror" "$building" > "$log" 2>&1 < /dev/null {base_lock}>&- || {
      tail -n 20 "$log" >&2
      fail "$release: the build failed (log: $log)"
    }
    mv "$building" "$folder"
    say "$release: ready after $(seconds_since "$started") s"
  fi
  exec {base_lock}>&-
}

# base_prepare RELEASE...: all of them, side by side.
base_prepare() {
  local release builds=() build failed=0
  for release in "$@"; do
    [[ " $lab_releases " == *" $release "* ]] || fail "unknown release $release (known: $lab_releases)"
  done
  base_prune
  for release in "$@"; do
    (base_build "$release") &
    builds+=($!)
  done
  for build in "${builds[@]}"; do wait "$build" || failed=1; done
  return $failed
}

# Bases of former recipes go when no host was started from them for a week: another checkout may still be using them.
base_prune() {
  local folder
  [ -d "$lab_cache/bases" ] || return 0
  find "$lab_cache/bases" -mindepth 1 -maxdepth 1 -type d -name '[!.]*' -mtime +7 | while read -r folder; do
    [ "$folder" != "$(base_folder "$(basename "${folder%-*}")")" ] || continue
    rm -rf --one-file-system "$folder"
  done
}
