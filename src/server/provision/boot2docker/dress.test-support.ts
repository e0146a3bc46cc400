import type { LabHost } from '../../../../e2e/lab/lab';

/**
 * Modelled on the start script of boot2docker 19.03 where the profile leaves everything to EXTRA_ARGS; where there is no
 * profile it listens without being asked, as on a fresh disk (there with certificates of its own).
 */
const startScript = `#!/bin/sh
[ "$(id -u)" = 0 ] || { echo >&2 "error: must be root to invoke $0"; exit 1; }
test -f /var/lib/boot2docker/profile && . /var/lib/boot2docker/profile
: \${DOCKER_STORAGE:=auto} \${DOCKER_DIR:=/var/lib/docker}
[ -e /var/lib/boot2docker/profile ] || DOCKER_REMOTE=yes
: \${DOCKER_REMOTE:=no}
PIDFILE=/var/run/docker.pid
pid() {
  [ -s "$PIDFILE" ] && [ -d "/proc/$(cat $PIDFILE)" ] && cat $PIDFILE
}
start() {
  if pid > /dev/null; then echo >&2 "error: Docker daemon is already running"; exit 1; fi
  [ "$DOCKER_REMOTE" != yes ] || EXTRA_ARGS="$EXTRA_ARGS -H tcp://0.0.0.0:2376"
  mkdir -p /var/lib/boot2docker/log
  echo 'Starting dockerd'
  dockerd --data-root "$DOCKER_DIR" -H unix:// $EXTRA_ARGS --pidfile "$PIDFILE" >> /var/lib/boot2docker/log/docker.log 2>&1 &
}
stop() {
  pid > /dev/null || return 0
  echo 'Stopping dockerd'
  kill "$(cat $PIDFILE)"
  i=30
  while pid > /dev/null; do
    sleep 1
    i=$((i - 1))
    [ "$i" -gt 0 ] || { echo >&2 'error: failed to stop Docker daemon'; exit 1; }
  done
}
reload() { kill -s HUP "$(cat $PIDFILE)"; }
restart() { stop; start; }
case "$1" in start|stop|restart|reload) "$1" ;; *) exit 1 ;; esac
`;

/**
 * Makes a lab host with an engine look like boot2docker to whoever signs in: its os-release, its user docker, its start script in
 * the place of docker.service, and no systemd that would show itself. It listens on 2376, as a fresh machine does. Its sshd reads the
 * settings that boot2docker 19.03 has, in their place, and lets the user docker in with the password of every boot2docker.
 */
export async function dressAsBoot2docker(host: LabHost): Promise<void> {
  await host.run(
    `set -eu
     systemctl disable --now docker.service docker.socket
     systemctl mask docker.service docker.socket
     systemctl start containerd 2>/dev/null || :
     useradd --create-home --shell /bin/bash --gid docker docker
     echo 'docker ALL=(ALL) NOPASSWD:ALL' > /etc/sudoers.d/docker
     chmod 440 /etc/sudoers.d/docker
     install -d -m 700 -o docker -g docker /home/docker/.ssh
     printf '%s\\n' "$2" | install -m 600 -o docker -g docker /dev/stdin /home/docker/.ssh/authorized_keys
     echo docker:tcuser | chpasswd
     mkdir -p /var/lib/boot2docker/etc
     mv /etc/ssh /var/lib/boot2docker/ssh
     ln -sT /var/lib/boot2docker/ssh /etc/ssh
     printf '%s\\n' 'AuthorizedKeysFile .ssh/authorized_keys' 'UseDNS no' 'PermitUserEnvironment yes' 'Subsystem sftp internal-sftp' > /etc/ssh/sshd_config
     systemctl reload ssh.service
     rm -f /etc/os-release
     printf '%s\\n' NAME=Boot2Docker VERSION=19.03.12 ID=boot2docker ID_LIKE=tcl VERSION_ID=19.03.12 'PRETTY_NAME="Boot2Docker 19.03.12 (TCL 10.1)"' > /etc/os-release
     printf '%s' "$1" > /etc/init.d/docker
     chmod 755 /etc/init.d/docker
     printf '#!/bin/sh\\nhostname "$1"\\nprintf "%%s\\n" "$1" > /etc/hostname\\n' > /usr/local/bin/sethostname
     chmod 755 /usr/local/bin/sethostname
     # What says that systemd runs here, to sd_booted(3) and to the console.
     rm -rf /run/systemd/system
     setsid /etc/init.d/docker start < /dev/null > /dev/null 2>&1`,
    { args: [startScript, host.publicKey] },
  );
}
