import { certificateFile, engineFolder, keyFile, settingsFolder, trustFile } from '../host/paths';
import { type BackUpInput, backUp } from '../steps/back-up';
import { setHostName } from '../steps/set-host-name';
import { configureSystemdEngine } from './configure-systemd-engine';
import type { EngineKeeper } from './engine-keeper';
import { restartSystemdEngine } from './restart-engine';

/** Every distribution whose engine is docker.service. */
export const systemdKeeper = ({ listInstalled }: Pick<BackUpInput, 'listInstalled'>): EngineKeeper => ({
  tls: {
    folders: [
      { path: settingsFolder, mode: 0o755 },
      { path: engineFolder, mode: 0o700 },
    ],
    trust: trustFile,
    certificate: certificateFile,
    key: keyFile,
  },
  backUp: (ctx, owner) => backUp(ctx, { owner, listInstalled }),
  setHostName,
  configure: configureSystemdEngine,
  restart: restartSystemdEngine,
});
