import { type ShellScript, sh } from '@/server/ssh/shell';

import { aptSourceFile } from '../host/paths';

/** Installed packages, one a line, in the order that comm wants. */
export const listInstalled: ShellScript = sh`(
  all=$(dpkg-query -W -f '\${db:Status-Abbrev} \${binary:Package}\\n') || exit
  printf '%s\\n' "$all" | sed -n 's/^ii *//p' | LC_ALL=C sort -u
)`;

const options = `DPkg::Lock::Timeout "300";
Dpkg::Use-Pty "0";
Dpkg::Progress-Fancy "0";
Dpkg::Options { "--force-confdef"; "--force-confold"; };
APT::Color "0";
`;

/** Every apt waits for locks and asks nobody, an install script's as well. */
export const environment: ShellScript = sh`export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1
APT_CONFIG=$(mktemp)
export APT_CONFIG
at_exit 'rm -f -- "$APT_CONFIG"'
printf %s ${options} > "$APT_CONFIG"`;

/**
 * apt refuses to work after dpkg was interrupted. What dpkg cannot finish by itself (a package of which only a half was
 * unpacked), the following apt installs again.
 */
export const settle: ShellScript = sh`if [ -n "$(ls /var/lib/dpkg/updates 2>/dev/null)" ] || [ -n "$(dpkg --audit 2>/dev/null)" ]; then
  echo 'An installation broke off half-way before; finishing it first.'
  dpkg --configure -a || true
fi`;

/** By itself apt takes a source that fails, or is not signed as it should be, for a reason to use what it had from there before. */
export const refresh: ShellScript = sh`if [ -f ${aptSourceFile} ]; then
  apt-get update -q -o Dir::Etc::sourcelist=${aptSourceFile} -o Dir::Etc::sourceparts=- -o APT::Get::List-Cleanup=0 -o APT::Update::Error-Mode=any
fi
apt-get update -q`;

/**
 * Around an installation: what the packages start at once would run without TLS and with other settings, so it does not start.
 * Debian's own way to say so (a masked unit would not be enabled either). A policy that the host has already stays.
 */
export const hold = (services: readonly string[]): ShellScript => sh`policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep -q 'Written by Quaymaster' "$policy"; then
  printf '%s\\n' '#!/bin/sh' '# Written by Quaymaster while it installs packages.' ${`case $1 in ${services.join(' | ')}) exit 101 ;; esac`} > "$policy"
  chmod 755 "$policy"
  at_exit 'rm -f -- "$policy"'
fi`;

/** Searching all lists of files takes its time, so the packages that an engine mostly comes from are asked first. */
export const lookups: ShellScript = sh`named() { dpkg-query -W -f '\${Package} \${db:Status-Status} \${Version}\\n' "$@" 2>/dev/null | grep -Ev ' (not-installed|config-files) '; }
state_of() { named "$1" | sed -n '1s/^[^ ]* \\([^ ]*\\) .*/\\1/p'; }
owner_of() {
  owner=$(named docker-ce docker.io moby-engine | head -n 1)
  if [ -z "$owner" ]; then
    name=$(dpkg-query -S "$1" 2>/dev/null | sed -n '1s/:.*//p')
    [ -z "$name" ] || owner=$(named "$name")
  fi
  printf '%s\\n' "$owner"
}`;

/** dockerd loads its profile with a program that only some Debians have. */
export const engineNeeds: ShellScript = sh`if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ] && ! command -v apparmor_parser >/dev/null; then fact needs apparmor; fi`;

/** Purges after a dry run that shows that nothing else would go. */
export const remove = (packages: readonly string[]): ShellScript => sh`set --
for name in ${packages}; do
  state=$(dpkg-query -W -f '\${db:Status-Status}' "$name" 2>/dev/null || echo not-installed)
  [ "$state" = not-installed ] || set -- "$@" "$name"
done
[ $# -gt 0 ] || exit 0
more=$(apt-get -s purge "$@" | sed -n 's/^\\(Purg\\|Remv\\) \\([^ ]*\\).*/\\2/p' | while read -r gone; do
  found=no
  for name in "$@"; do [ "\${name%%:*}" != "\${gone%%:*}" ] || found=yes; done
  [ $found = yes ] || printf '%s ' "$gone"
done)
[ -z "$more" ] || { echo "ERROR: these packages came later and need them: $more"; exit 1; }
apt-get purge -y -q "$@"`;
