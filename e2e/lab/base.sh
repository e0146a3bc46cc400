# Bases: root file systems of Debian releases, made once and kept in the cache. Sourced by lab.sh.

# base_folder RELEASE: where its bases are, or would be. Keyed by the recipe without its comments, so a changed recipe never
# meets an old base.
base_folder() {
  printf '%s/bases/%s-%s\n' "$lab_cache" "$1" "$(grep -vE '^ *#' "$lab_scripts/base-recipe.sh" | sha256sum | cut -c1-16)"
}

# base_mirror RELEASE: the mirror that this machine's own apt uses for Debian, whatever it is; QUAYMASTER_LAB_MIRROR where
# the machine is no Debian, or its mirror no longer has the release (old ones move to Debian's archive).
base_mirror() {
  local mirror=${QUAYMASTER_LAB_MIRROR:-} codename
  if [ -z "$mirror" ]; then
    codename=$(. /etc/os-release && [ "$ID" != debian ] || printf '%s' "$VERSION_CODENAME")
    mirror=$(apt-get update --print-uris | sed -nE "s#^'(.*)/dists/($codename|stable)/InRelease' .*#\1#p" | head -n 1)
    # A list of mirrors in a file, as on Debian's cloud images
    [[ $mirror != mirror+file:* ]] || mirror=$(grep -m 1 -oE '^https?://[^[:space:]]+' "${mirror#mirror+file:}")
  fi
  [ -n "$mirror" ] || fail 'no Debian mirror among the apt sources of this machine: set QUAYMASTER_LAB_MIRROR'
  base_fetch "$mirror/dists/$1/Release" > /dev/null ||
    fail "$mirror has no $1 (any more?): set QUAYMASTER_LAB_MIRROR to one that has"
  printf '%s\n' "$mirror"
}

base_fetch() { wget --quiet --tries=3 --timeout=20 --output-document=- "$1"; }

# base_build RELEASE OWNER: makes the bases if they are not there, as long as the owner lives. One builder at a time for each
# release; the others wait for it.
base_build() {
  local release=$1 folder building log mirror started=$EPOCHREALTIME proxy build owner
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
    # What apt goes through to the mirror, debootstrap has to as well
    proxy=$(apt-config dump --format '%v%n' Acquire::http::Proxy)
    [ -z "$proxy" ] || export http_proxy=$proxy
    mirror=$(base_mirror "$release")
    say "$release: building its bases (log: $log)"
    # A namespace of its own ends everything in it at once, debootstrap and its mounts included, when this shell ends.
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
      bash "$lab_scripts/base-recipe.sh" "$release" "$mirror" "$building" > "$log" 2>&1 < /dev/null {base_lock}>&- &
    build=$!
    setpriv --pdeathsig KILL tail --follow --sleep-interval=0.5 --pid="$2" /dev/null > /dev/null 2>&1 {base_lock}>&- &
    owner=$!
    wait -n "$build" "$owner" || true
    kill -0 "$owner" 2> /dev/null || kill -KILL "$build" 2> /dev/null || true
    wait "$build" || {
      tail -n 20 "$log" >&2
      fail "$release: the build failed (log: $log)"
    }
    kill "$owner" 2> /dev/null || true
    mv "$building" "$folder"
    say "$release: ready after $(seconds_since "$started") s"
  fi
  exec {base_lock}>&-
}

# base_prepare OWNER RELEASE...: all of them, side by side.
base_prepare() {
  local owner=$1 release builds=() build failed=0
  shift
  for release in "$@"; do
    [[ " $lab_releases " == *" $release "* ]] || fail "unknown release $release (known: $lab_releases)"
  done
  base_prune
  for release in "$@"; do
    (base_build "$release" "$owner") &
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
    ! grep -qsxF "$folder" "$lab_state"/hosts/*/base || continue
    rm -rf --one-file-system "$folder"
  done
}
