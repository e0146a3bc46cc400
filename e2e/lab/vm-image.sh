# Disk images of virtual machines, made once and kept in the cache. Sourced by lab.sh.

# vm_image_file RELEASE: where it is, or would be. Keyed by the two recipes that it is made by.
vm_image_file() {
  local recipes
  recipes=$(cat "$lab_scripts/base-recipe.sh" "$lab_scripts/vm-image-recipe.sh" | grep -vE '^ *#' | sha256sum | cut -c1-16)
  printf '%s/vm/%s-%s/disk.qcow2\n' "$lab_cache" "$1" "$recipes"
}

# vm_image RELEASE OWNER: makes it if it is not there, and prints its path. One builder at a time; the others wait for it.
vm_image() {
  local release=$1 file log started=$EPOCHREALTIME mirror
  base_build "$release" "$2" >&2
  file=$(vm_image_file "$release")
  mkdir -p "$lab_cache/locks" "$(dirname "$file")"
  exec {image_lock}> "$lab_cache/locks/vm-$release"
  flock "$image_lock"
  if [ ! -f "$file" ]; then
    find "$lab_cache/vm" -mindepth 1 -maxdepth 1 -type d -name "$release-*" -mtime +7 -exec rm -rf --one-file-system {} +
    log=$lab_cache/vm/$release.log
    mirror=$(base_mirror "$release")
    say "$release: building the image of a virtual machine (log: $log)"
    setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
      bash "$lab_scripts/vm-image-recipe.sh" "$(base_folder "$release")/bare" "$mirror" "$release" "$file" \
      > "$log" 2>&1 < /dev/null {image_lock}>&- || {
      tail -n 20 "$log" >&2
      fail "$release: the image could not be made (log: $log)"
    }
    say "$release: the image is ready after $(seconds_since "$started") s"
  fi
  exec {image_lock}>&-
  printf '%s\n' "$file"
}
