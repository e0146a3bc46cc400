import { type ShellScript, sh } from '@/server/ssh/shell';

/**
 * `engine_get PATH` (and `engine_call METHOD PATH`) asks the engine through its unix socket, without a docker command, which need not be there. Perl is
 * part of every Debian. Only for an engine that runs (`engine_active`): the socket would start one that does not.
 * `running_ids` prints the ids of the running containers, `is_swarm` says whether the host is in a swarm.
 */
export const localApi: ShellScript = sh`engine_active() {
  if [ -d /run/systemd/system ]; then [ "$(systemctl is-active docker.service)" = active ]; return; fi
  [ -S /var/run/docker.sock ] && kill -0 "$(cat /var/run/docker.pid 2>/dev/null)" 2>/dev/null
}
engine_call() {
  if command -v curl >/dev/null; then curl -sf --max-time 20 --unix-socket /var/run/docker.sock -X "$1" "http://localhost$2"; return; fi
  perl -MSocket -e '
    alarm 20; my $s;
    socket($s, AF_UNIX, SOCK_STREAM, 0) && connect($s, sockaddr_un("/var/run/docker.sock")) or exit 7;
    syswrite($s, "$ARGV[0] $ARGV[1] HTTP/1.0\\r\\nHost: localhost\\r\\nContent-Length: 0\\r\\n\\r\\n");
    local $/; my $answer = <$s>;
    $answer =~ s{^HTTP/1\\.[01] [23].*?\\r\\n\\r\\n}{}s or exit 22;
    print $answer;' "$1" "$2"
}
engine_get() { engine_call GET "$1"; }
running_ids() { engine_get /containers/json | grep -o '"Id":"[0-9a-f]\\{64\\}"' | cut -d'"' -f4 | LC_ALL=C sort; }
is_live() { case $1 in *'"LiveRestoreEnabled":true'*) return 0 ;; esac; return 1; }
is_swarm() { case $1 in *'"LocalNodeState":"inactive"'*) return 1 ;; *'"LocalNodeState":"'*) return 0 ;; esac; return 1; }`;

/** `port_inode HEX` prints the inodes of the sockets that listen on a TCP port, `port_holders INODE` who has them ("PID COMMAND"). */
export const portProbe: ShellScript = sh`port_inode() {
  awk -v port=":$1" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null | sort -u
}
port_holders() {
  find /proc/[0-9]*/fd -lname "socket:\\[$1]" 2>/dev/null | cut -d/ -f3 | sort -nu | while read -r pid; do
    printf '%s %s\\n' "$pid" "$(cat "/proc/$pid/comm" 2>/dev/null)"
  done
}`;

/** A port as /proc/net/tcp writes it. */
export const hexPort = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
