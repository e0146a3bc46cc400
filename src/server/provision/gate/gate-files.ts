import { settingsFolder } from '../host/paths';

/** Every place of the gate on a host. removeGate takes all of it away. */

/** Root's to write. Everybody may read it, but the server's key. */
export const gateFolder = `${settingsFolder}/gate`;
export const gateConfigFile = `${gateFolder}/haproxy.cfg`;
/** Certificate, chain and key in one file, as HAProxy wants them; root's alone. */
export const gateServerFile = `${gateFolder}/server.pem`;
/** The CAs of the admitted certificates. */
export const gateClientsFile = `${gateFolder}/clients.pem`;
/** Fingerprint → slot, with version and owner in comments (see push-program.ts). */
export const gateAdmittedFile = `${gateFolder}/admitted.map`;
/** "best_effort" or "strict SECONDS"; read when the gate starts. */
export const gatePolicyFile = `${gateFolder}/policy`;

/** Made by systemd for the gate's own user, kept over a restart of the gate, gone after a stop or a reboot. */
export const gateRunName = 'quaymaster-gate';
export const gateRunFolder = `/run/${gateRunName}`;
/** "until EPOCH": the end of the lease. */
export const gateLeaseFile = `${gateRunFolder}/lease.map`;
/** Copy of the server's file that the gate's user may read. */
export const gateServedFile = `${gateRunFolder}/server.pem`;
/** Copy of the CAs that the gate has loaded. */
export const gateLoadedFile = `${gateRunFolder}/clients.loaded`;
export const gateAdminSocket = `${gateRunFolder}/admin.sock`;
/** Of the master process: the way to workers that a reload left with their streams. */
export const gateMasterSocket = `${gateRunFolder}/master.sock`;

export const gateUnit = 'quaymaster-gate.service';
export const gateUnitFile = `/etc/systemd/system/${gateUnit}`;
export const gateUnitLink = `/etc/systemd/system/multi-user.target.wants/${gateUnit}`;

/** The end of a lease that never ends: the last second of the year 9999. */
export const foreverEpoch = 253_402_300_799;
