import { AppError } from '@/server/errors/app-error';
import { sh } from '@/server/ssh/shell';

import type { DaemonConfig } from '../daemon-keys';
import { daemonFileText, wantedKeys } from '../engine/daemon-json';
import type { EngineKeeper } from '../engine/engine-keeper';
import { localApi } from '../engine/local-api';
import { ensureFiles } from '../host/files';
import { runScript } from '../host/run';
import { allowPasswords, refusePasswords } from './password-sign-in';
import {
  certificateFile,
  daemonFile,
  formerProfileFile,
  hostNameFile,
  keyFile,
  profileFile,
  startedWithFile,
  startScript,
  trustFile,
} from './places';
import { profileText } from './profile';
import { restartBoot2docker } from './restart';

const tlsKeys: DaemonConfig = { tlsverify: true, tlscacert: trustFile, tlscert: certificateFile, tlskey: keyFile };

/** The start script passes these on the command line, and the engine takes none twice. */
const taken: readonly string[] = ['data-root', 'graph', 'pidfile', 'hosts'];

const backUpScript = sh`if [ -e ${formerProfileFile} ]; then fact exists yes
elif [ -e ${profileFile} ]; then cp -a ${profileFile} ${formerProfileFile}
else : > ${formerProfileFile}; fi`;

const restoreScript = sh`[ -e ${formerProfileFile} ] || exit 0
if [ -s ${formerProfileFile} ]; then cp -a ${formerProfileFile} ${profileFile}; else rm -f ${profileFile}; fi
rm -f ${[daemonFile, trustFile, certificateFile, keyFile, startedWithFile]}
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
setsid env -i PATH="$PATH" ${startScript} restart < /dev/null
rm -f ${formerProfileFile}`;

const probe = sh`${localApi}
[ ! -e ${profileFile} ] || blob profile < ${profileFile}
if engine_active && is_swarm "$(engine_get /info)"; then fact swarm yes; fi`;

export const boot2dockerKeeper: EngineKeeper = {
  tls: { folders: [], trust: trustFile, certificate: certificateFile, key: keyFile },

  backUp: async (ctx) => {
    const { report } = await runScript(ctx, { name: 'keep what is there', script: backUpScript, timeoutMs: 30_000 });
    ctx.log.info(`The profile as it was before is ${formerProfileFile}.`);
    return { made: !report.is('exists') };
  },

  setHostName: async (ctx, { name }) => {
    const script = sh`fact name "$(hostname)"
mkdir -p /var/lib/boot2docker/etc
if command -v sethostname >/dev/null; then sethostname ${name} >/dev/null; else hostname ${name}; fi`;
    const files = [{ path: hostNameFile, content: `${name}\n`, mode: 0o644 }];
    await ensureFiles(ctx, { name: 'write the host name', files });
    const { report } = await runScript(ctx, { name: 'set the host name', script, timeoutMs: 30_000 });
    return { former: report.get('name') };
  },

  configure: async (ctx, { settings, port, joinsSwarm = false }) => {
    const { report } = await runScript(ctx, { name: "read the engine's settings", script: probe, timeoutMs: 60_000 });
    const daemon = {
      ...wantedKeys(settings, { isSwarm: report.is('swarm') || joinsSwarm, isGated: true }),
      ...tlsKeys,
    };
    const twice = taken.find((key) => Object.hasOwn(daemon, key));
    if (twice !== undefined) {
      throw new AppError({
        code: 'provision.engine-config-invalid',
        public: `"${twice}" cannot be set on boot2docker, whose start script sets it.`,
      });
    }
    await refusePasswords(ctx);
    const profile = profileText(report.text('profile'), { port, environment: settings.environment });
    const changed = await ensureFiles(ctx, {
      name: "write the engine's settings",
      files: [
        { path: daemonFile, content: daemonFileText(daemon), mode: 0o600 },
        { path: profileFile, content: profile, mode: 0o644 },
      ],
    });
    ctx.log.info(
      changed.length > 0
        ? `Keys in daemon.json: ${Object.keys(daemon).join(', ')}.`
        : "The engine's settings are up to date.",
    );
    return { changed: changed.length > 0, servedBy: 'hosts', replacesCommandLine: false };
  },

  restart: restartBoot2docker,

  restore: async (ctx) => {
    await allowPasswords(ctx);
    await runScript(ctx, { name: 'put back what was there', script: restoreScript, timeoutMs: 120_000 });
    ctx.log.info('The engine has its former profile again.');
  },
};
