import { type ShellScript, sh } from '@/server/ssh/shell';

import {
  addedGatePackagesFile,
  addedPackagesFile,
  gatePackagesBeforeFile,
  packagesBeforeFile,
  stateFolder,
} from '../host/paths';

/** Installed packages, one a line, in the order that comm wants. */
export const listInstalled: ShellScript = sh`dpkg-query -W -f '\${db:Status-Abbrev} \${binary:Package}\\n' | sed -n 's/^ii *//p' | LC_ALL=C sort -u`;

const options = `DPkg::Lock::Timeout "300";
Dpkg::Use-Pty "0";
Dpkg::Progress-Fancy "0";
Dpkg::Options { "--force-confdef"; "--force-confold"; };
APT::Color "0";
`;

const proxyName = /_proxy$/i;

/** Proxies of the settings, in both spellings: curl and apt want the lower-case one. */
function proxies(environment: Readonly<Record<string, string>>): ShellScript {
  let script = sh``;
  for (const [name, value] of Object.entries(environment)) {
    if (!proxyName.test(name)) continue;
    script = sh`${script}export ${`${name}=${value}`} ${`${name.toLowerCase()}=${value}`}\n`;
  }
  return script;
}

/** Nothing asks a person, every apt (an install script's as well) waits for locks, the proxies of the settings are used. */
export const aptEnvironment = (environment: Readonly<Record<string, string>>): ShellScript => sh`set -eu
umask 022
export DEBIAN_FRONTEND=noninteractive APT_LISTCHANGES_FRONTEND=none NEEDRESTART_SUSPEND=1 UCF_FORCE_CONFFOLD=1
APT_CONFIG=$(mktemp)
export APT_CONFIG
trap 'rm -f -- "$APT_CONFIG"' EXIT
trap 'exit 129' HUP INT TERM
printf %s ${options} > "$APT_CONFIG"
${proxies(environment)}`;

/**
 * apt refuses to work after dpkg was interrupted. What dpkg cannot finish by itself (a package of which only a half was
 * unpacked), the following apt installs again.
 */
export const finishInterrupted: ShellScript = sh`if [ -n "$(ls /var/lib/dpkg/updates 2>/dev/null)" ] || [ -n "$(dpkg --audit 2>/dev/null)" ]; then
  echo 'An installation broke off half-way before; finishing it first.'
  dpkg --configure -a || true
fi`;

/** `fetch URL FILE` with whatever the host has. */
export const fetchFunction: ShellScript = sh`fetch() {
  if command -v curl >/dev/null; then curl -fsSL --retry 2 --connect-timeout 20 --max-time 120 -o "$2" -- "$1"
  else wget -nv -T 60 -t 2 -O "$2" -- "$1"; fi
}`;

/** Where the packages that one installation added are kept, and those that were there before it, until it has ended. */
export interface PackageNotes {
  readonly added: string;
  readonly before: string;
}

export const enginePackages: PackageNotes = { added: addedPackagesFile, before: packagesBeforeFile };
export const gatePackages: PackageNotes = { added: addedGatePackagesFile, before: gatePackagesBeforeFile };

/**
 * Around whatever installs packages: `remember_packages` before, `note_added_packages` after. What came in between is kept
 * on the host, also when the first attempt broke off half-way.
 */
export const addedPackages = ({
  added,
  before,
}: PackageNotes): ShellScript => sh`[ -d ${stateFolder} ] || mkdir -p -m 700 ${stateFolder}
installed() { ${listInstalled}; }
remember_packages() {
  [ -s ${before} ] || { installed > ${`${before}.new`}; mv -f ${`${before}.new`} ${before}; }
}
note_added_packages() {
  installed | LC_ALL=C comm -13 ${before} - > ${`${added}.new`}
  [ ! -f ${added} ] || cat ${added} >> ${`${added}.new`}
  LC_ALL=C sort -u -o ${added} ${`${added}.new`}
  rm -f ${`${added}.new`} ${before}
}`;
