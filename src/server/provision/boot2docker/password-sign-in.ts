import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { ProvisionContext } from '../context';
import { runScript } from '../host/run';
import { reloadedSshdFile, sshdFile } from './places';

/** At the beginning of the file: sshd takes the first value that it reads. The second is what OpenSSH 8 calls KbdInteractiveAuthentication. */
const refusal = `# quaymaster: begin
PasswordAuthentication no
ChallengeResponseAuthentication no
# quaymaster: end
`;

/**
 * The settings are checked before they take the place of the former ones. Only the sshd that takes connections is told to read them: a
 * child of init with a socket that listens. Sessions, this one among them, go on. Facts: failed = missing | silent | refused | deaf, changed.
 */
const script = (ours: string) => sh`set -u
umask 077
config=${sshdFile} next=${`${sshdFile}.quaymaster`} reloaded=${reloadedSshdFile}
give_up() { rm -f "$next"; fact failed "$1"; exit 0; }
listener() {
  sockets=$(awk '$4 == "0A" { print "socket:[" $10 "]" }' /proc/net/tcp /proc/net/tcp6 2>/dev/null)
  for process in /proc/[0-9]*; do
    [ "$(cat "$process/comm" 2>/dev/null)" = sshd ] || continue
    [ "$(awk '$1 == "PPid:" { print $2 }' "$process/status" 2>/dev/null)" = 1 ] || continue
    if ls -l "$process/fd" 2>/dev/null | grep -qF "$sockets"; then basename "$process"; return; fi
  done
}
[ -f "$config" ] || give_up missing
cp -p "$config" "$next" || exit 1
{ printf %s ${ours}; sed '/^# quaymaster: begin$/,/^# quaymaster: end$/d' "$config"; } > "$next" || exit 1
wanted=$(sha256sum < "$next")
if [ "$(sha256sum < "$config")" = "$wanted" ] && [ "$(cat "$reloaded" 2>/dev/null)" = "$wanted" ]; then rm -f "$next"; exit 0; fi
process=$(listener)
[ -n "$process" ] || give_up silent
"$(readlink "/proc/$process/exe")" -t -f "$next" || give_up refused
mv -f "$next" "$config" || exit 1
kill -HUP "$process"
tries=10
sleep 1
while [ -z "$(listener)" ]; do
  tries=$((tries - 1))
  [ "$tries" -gt 0 ] || give_up deaf
  sleep 1
done
printf '%s\\n' "$wanted" > "$reloaded"
fact changed yes`;

const reasons: Readonly<Record<string, string>> = {
  missing: `${sshdFile} is not there, where boot2docker keeps the settings of sshd`,
  silent: 'no sshd was found that listens',
  refused: 'sshd does not accept its settings; the log has its words',
  deaf: 'sshd does not listen any more since it read its settings anew',
};

const change = async (ctx: ProvisionContext, { name, ours }: { name: string; ours: string }) => {
  const { report } = await runScript(ctx, { name, script: script(ours), timeoutMs: 60_000 });
  return { failed: report.get('failed'), changed: report.is('changed') };
};

/**
 * boot2docker has an account with a password that everybody knows (docker, tcuser) and root rights. From here on it signs in by key only,
 * also after a restart. Throws provision.command-failed. Idempotent.
 */
export async function refusePasswords(ctx: ProvisionContext): Promise<void> {
  const { failed, changed } = await change(ctx, { name: 'refuse sign-in by password', ours: refusal });
  if (failed !== '') {
    throw new AppError({
      code: 'provision.command-failed',
      public: `The password of boot2docker, which everybody knows, cannot be switched off: ${reasons[failed] ?? failed}. Make the machine anew from an ISO of boot2docker.`,
    });
  }
  if (changed) ctx.log.info('sshd refuses passwords from here on; sign-in is by key.');
}

/** Puts the settings of sshd back as they were. Idempotent. */
export async function allowPasswords(ctx: ProvisionContext): Promise<void> {
  const { failed } = await change(ctx, { name: 'put back the settings of sshd', ours: '' });
  if (failed !== '') ctx.log.info(`The settings of sshd were not put back: ${reasons[failed] ?? failed}.`);
}
