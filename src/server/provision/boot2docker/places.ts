/** What outlives a restart of boot2docker, which otherwise runs from memory. */
const folder = '/var/lib/boot2docker';

export const hostNameFile = `${folder}/etc/hostname`;
/** Shell that the engine's start script reads. */
export const profileFile = `${folder}/profile`;
/** The profile as it was before the console's first change, for whoever wants to look. */
export const formerProfileFile = `${folder}/profile.before-quaymaster`;
export const daemonFile = `${folder}/daemon.json`;
export const logFile = `${folder}/log/docker.log`;

/** The system links its own folder of sshd's settings to this one, at each boot and before sshd starts. */
export const sshdFile = `${folder}/ssh/sshd_config`;

/** As docker-machine named them. */
export const trustFile = `${folder}/ca.pem`;
export const certificateFile = `${folder}/server.pem`;
export const keyFile = `${folder}/server-key.pem`;

/** In memory: which files the running engine was started with. */
export const startedWithFile = '/run/quaymaster-engine-started-with';
/** In memory: the digest of the settings that sshd has read. */
export const reloadedSshdFile = '/run/quaymaster-sshd-reloaded-with';
export const startScript = '/etc/init.d/docker';
