import { type ShellScript, sh } from '@/server/ssh/shell';

import { dnfSourceFile } from '../host/paths';

/**
 * Installed packages, one a line, in the order that comm wants. A signing key counts as a package: rpm keeps those that a source
 * brought, and one that came with ours goes with it.
 */
export const listInstalled: ShellScript = sh`(
  all=$(rpm -qa --qf '%{NAME} %{NAME}.%{ARCH} %{NAME}-%{VERSION}-%{RELEASE}\\n') || exit
  printf '%s\\n' "$all" | awk 'NF { print ($1 == "gpg-pubkey" ? $3 : $2) }' | LC_ALL=C sort -u
)`;

/**
 * dnf waits for other dnfs by itself, and rpm for other rpms, without an end: the step's deadline is the end.
 * Files: dnf 4, dnf/lock.py; rpm, lib/rpmlock.c.
 */
export const pidFiles = [
  '/var/cache/dnf/download_lock.pid',
  '/var/cache/dnf/metadata_lock.pid',
  '/var/lib/dnf/rpmdb_lock.pid',
] as const;
export const lockFiles = ['/var/lib/rpm/.rpm.lock'] as const;

/** By itself dnf leaves out a source that fails, and goes on with the others. */
export const refresh: ShellScript = sh`if [ -f ${dnfSourceFile} ]; then
  dnf -q makecache --refresh --disablerepo='*' --enablerepo=quaymaster-engine
fi
dnf -q makecache --refresh`;

/** Sorted here, since repoquery sorts them as text. */
export const listOffers = (packages: readonly string[]): ShellScript => sh`(
  all=$(dnf -q repoquery --available --showduplicates --qf '%{name} %{evr}\\n' ${packages}) || exit
  printf '%s\\n' "$all" | LC_ALL=C sort -u -k1,1 -k2,2Vr
)`;

/** Weak dependencies are what Debian calls recommended packages. A version that is named is installed also where a newer one is. */
export const install = (packages: readonly string[]): ShellScript =>
  sh`dnf -y install --setopt=install_weak_deps=False ${packages}`;

/** rpm puts a package in whole or not at all, so there is no state between. */
export const lookups: ShellScript = sh`state_of() { ! rpm -q -- "$1" >/dev/null 2>&1 || echo installed; }
owner_of() { rpm -qf --qf '%{NAME} installed %{EVR}\\n' -- "$1" 2>/dev/null | sed -n '1{/ installed /p}'; }`;

/** rpm's own test shows whether others need them; dnf would take these along. */
export const remove = (packages: readonly string[]): ShellScript => sh`set --
keys=
for name in ${packages}; do
  rpm -q -- "$name" >/dev/null 2>&1 || continue
  case $name in gpg-pubkey-*) keys="$keys $name" ;; *) set -- "$@" "$name" ;; esac
done
if [ $# -gt 0 ]; then
  more=$(rpm -e --test -- "$@" 2>&1 | sed -n 's/.*(installed) //p' | LC_ALL=C sort -u | tr '\\n' ' ')
  [ -z "$more" ] || { echo "ERROR: these packages came later and need them: $more"; exit 1; }
  dnf -y remove --setopt=clean_requirements_on_remove=False "$@"
fi
[ -z "$keys" ] || rpm -e --allmatches -- $keys`;
