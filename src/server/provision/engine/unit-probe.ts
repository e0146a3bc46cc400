import { type ShellScript, sh } from '@/server/ssh/shell';

/**
 * Shell that prints what readEngineUnit wants, and the state of both units, with one call of systemctl: facts
 * <unit>.LoadState, .ActiveState and .UnitFileState, and the blobs unit.<unit> (the unit file and its drop-ins, each
 * under a line "# PATH") and unit.environment (the files that EnvironmentFile= names).
 */
export const engineUnitProbe: ShellScript = sh`print_files() {
  for file in "$@"; do
    [ -f "$file" ] || continue
    printf '# %s\\n' "$file"
    cat "$file"
    printf '\\n'
  done
}
end_unit() {
  print_files $fragment $dropins | blob "unit.$unit"
  [ "$unit" = docker.service ] || return 0
  print_files $fragment $dropins | sed -n 's/^EnvironmentFile=-\\{0,1\\}//p' | while read -r file; do
    [ ! -r "$file" ] || cat "$file"
  done | blob unit.environment
}
systemctl show docker.service docker.socket -p LoadState -p ActiveState -p UnitFileState -p FragmentPath -p DropInPaths | {
  unit=docker.service fragment='' dropins=''
  while IFS='=' read -r name value; do
    case $name in
      '') end_unit; unit=docker.socket fragment='' dropins='' ;;
      FragmentPath) fragment=$value ;;
      DropInPaths) dropins=$value ;;
      *) fact "$unit.$name" "$value" ;;
    esac
  done
  end_unit
}`;
