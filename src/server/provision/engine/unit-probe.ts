import { type ShellScript, sh } from '@/server/ssh/shell';

/**
 * Shell that prints what readEngineUnit wants, and the state of both units: facts unit.docker.service and
 * unit.docker.socket (blobs, as on disk), unit.environment (blob), and load, active and enabled for each.
 */
export const engineUnitProbe: ShellScript = sh`for unit in docker.service docker.socket; do
  if text=$(systemctl cat "$unit" 2>/dev/null); then printf '%s\\n' "$text" | blob "unit.$unit"; fi
  systemctl show "$unit" -p LoadState -p ActiveState -p MainPID | while IFS='=' read -r name value; do fact "$unit.$name" "$value"; done
  fact "$unit.enabled" "$(systemctl is-enabled "$unit" 2>/dev/null || true)"
done
systemctl cat docker.service 2>/dev/null | sed -n 's/^EnvironmentFile=-\\{0,1\\}//p' | while read -r file; do
  [ ! -r "$file" ] || cat "$file"
done | blob unit.environment`;
