#!/bin/bash
# Makes a lab host (Debian 12 without an engine) look like Amazon Linux 2023: its os-release, a real dnf and rpm instead of apt and
# dpkg, and a repository whose packages have the names, units and scriptlets of Amazon's. What is in them comes from Debian's
# packages in /srv/debs. Besides there is "slow", which takes four seconds, and a repository in /srv/mirror that the host does not know.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

# --- The package manager, and the libraries that the programs in the packages want.
apt-get -qq update
apt-get -q -y install --no-install-recommends dnf rpm createrepo-c \
  iptables tini libdevmapper1.02.1 liblua5.3-0 libopentracing-c-wrapper0 > "$work/apt.log"
# Debian keeps rpm's database in a home, for it is nobody's package manager there.
mkdir -p /etc/rpm /etc/sysconfig /var/lib/rpm /etc/yum.repos.d /etc/pki/rpm-gpg
echo '%_dbpath /var/lib/rpm' > /etc/rpm/macros
mkdir -p /etc/dnf/vars
echo 2023 > /etc/dnf/vars/releasever
rpm --initdb
# A key that signs none of the packages: dnf says other things where there is none at all.
rpm --import /etc/apt/trusted.gpg.d/debian-archive-bookworm-stable.asc

# --- Packages. build NAME VERSION RELEASE REQUIRES SCRIPTLETS: what is in $work/NAME. Not compressed, which takes the longest.
build() {
  local name=$1 version=$2 release=$3 requires=$4 scriptlets=$5
  {
    printf 'Name: %s\nVersion: %s\nRelease: %s\nSummary: %s\nLicense: free\nAutoReqProv: no\n' "$name" "$version" "$release" "$name"
    for need in $requires; do printf 'Requires: %s\n' "$need"; done
    case $scriptlets in Provides:*) printf '%s\n' "$scriptlets"; scriptlets= ;; esac
    printf '%%description\n%s\n%%install\ncp -a %s/. %%{buildroot}/\n%s\n%%files\n' "$name" "$work/$name" "$scriptlets"
    (cd "$work/$name" && find . ! -type d | sed 's/^\.\(.*\)/"\1"/; /^"\/etc\/sysconfig/s/^/%config(noreplace) /')
  } > "$work/$name.spec"
  rpmbuild -bb --quiet --buildroot "$work/root" --define "_rpmdir $work/rpms" --define "_topdir $work/top" \
    --define '_binary_payload w.ufdio' --define '__os_install_post %{nil}' --define '_build_id_links none' \
    "$work/$name.spec" < /dev/null >> "$work/rpmbuild.log" 2>&1 || { tail -n 20 "$work/rpmbuild.log" >&2; return 1; }
}

# unpack PACKAGE INTO: what Debian's package has, without what Amazon's would not bring.
unpack() {
  mkdir -p "$2"
  dpkg-deb --fsys-tarfile /srv/debs/"$1"_*.deb | tar -x -C "$2" --wildcards './usr/bin/*' './usr/sbin/*' './usr/libexec/*' 2>/dev/null || true
}

unit() { mkdir -p "$work/$1/usr/lib/systemd/system"; cat > "$work/$1/usr/lib/systemd/system/$2"; }
setting() { mkdir -p "$work/$1/etc/sysconfig"; cat > "$work/$1/etc/sysconfig/$2"; }

# As systemd's macros for rpm have them: nothing starts, what runs goes on in its new version, and ends with its package.
scriptlets_of() {
  cat << SCRIPTLETS
%post
systemctl daemon-reload || :
%preun
if [ \$1 -eq 0 ]; then systemctl --no-reload disable --now $* || :; fi
%postun
systemctl daemon-reload || :
if [ \$1 -ge 1 ]; then systemctl try-restart $1 || :; fi
SCRIPTLETS
}

# What the system is made of, as far as packages ask for it.
mkdir -p "$work/bash"
build bash 5.2.15 1.amzn2023 '' 'Provides: /bin/sh'
rpm -i --force-debian "$work"/rpms/*/bash-*.rpm

unpack runc "$work/runc"
mkdir -p "$work/runc/usr/bin"
mv "$work"/runc/usr/sbin/* "$work/runc/usr/bin/"
build runc 1.1.5 1.amzn2023 '' ''

unpack containerd "$work/containerd"
unit containerd containerd.service << 'UNIT'
[Unit]
Description=containerd container runtime
After=network.target local-fs.target
[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
RestartSec=5
LimitNOFILE=infinity
[Install]
WantedBy=multi-user.target
UNIT
build containerd 1.6.20 1.amzn2023 runc "$(scriptlets_of containerd.service)"

unpack docker.io "$work/docker"
mv "$work/docker/usr/sbin/dockerd" "$work/docker/usr/bin/dockerd"
setting docker docker << 'SETTING'
# The max number of open files for the daemon itself, and all
# running containers.  The default value of 1048576 mirrors the value
# used by the systemd service unit.
DAEMON_MAXFILES=1048576

# Additional startup options for the Docker daemon, for example:
# OPTIONS="--ip-forward=true --iptables=true"
# By default we limit the number of open files per container
OPTIONS="--default-ulimit nofile=1024:4096"
SETTING
setting docker docker-storage <<< 'DOCKER_STORAGE_OPTIONS=""'
unit docker docker.service << 'UNIT'
[Unit]
Description=Docker Application Container Engine
After=network-online.target docker.socket firewalld.service containerd.service
Wants=network-online.target containerd.service
Requires=docker.socket
[Service]
Type=notify
EnvironmentFile=-/etc/sysconfig/docker
EnvironmentFile=-/etc/sysconfig/docker-storage
EnvironmentFile=-/run/docker/runtimes.env
ExecStartPre=/bin/mkdir -p /run/docker
ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $OPTIONS $DOCKER_STORAGE_OPTIONS $DOCKER_ADD_RUNTIMES
ExecReload=/bin/kill -s HUP $MAINPID
LimitNOFILE=infinity
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
TimeoutStartSec=0
Delegate=yes
KillMode=process
Restart=on-failure
StartLimitBurst=3
StartLimitInterval=60s
[Install]
WantedBy=multi-user.target
UNIT
unit docker docker.socket << 'UNIT'
[Unit]
Description=Docker Socket for the API
PartOf=docker.service
[Socket]
ListenStream=/run/docker.sock
SocketMode=0660
SocketUser=root
SocketGroup=docker
[Install]
WantedBy=sockets.target
UNIT
docker_scriptlets="%pre
getent group docker > /dev/null || groupadd -r docker
$(scriptlets_of docker.service docker.socket)"
for release in 1.amzn2023.0.9 1.amzn2023.0.10 2.mirror; do
  build docker 20.10.24 $release 'containerd runc' "$docker_scriptlets"
done

unpack haproxy "$work/haproxy"
unit haproxy haproxy.service << 'UNIT'
[Unit]
Description=HAProxy Load Balancer
After=network-online.target
[Service]
ExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg
Type=notify
[Install]
WantedBy=multi-user.target
UNIT
build haproxy 2.6.12 1.amzn2023 '' "$(scriptlets_of haproxy.service)"

mkdir -p "$work/slow"
build slow 1 1 '' $'%pre\nsleep 4'

mkdir -p /srv/rpms /srv/mirror
mv "$work"/rpms/*/*.mirror.*.rpm /srv/mirror
mv "$work"/rpms/*/*.rpm /srv/rpms
createrepo_c --quiet /srv/rpms
createrepo_c --quiet /srv/mirror
printf '%s\n' '[amazonlinux]' 'name=Amazon Linux 2023 repository' 'baseurl=file:///srv/rpms' gpgcheck=0 enabled=1 > /etc/yum.repos.d/amazonlinux.repo

# --- No Debian any more.
for program in apt apt-get apt-cache apt-config dpkg dpkg-query dpkg-deb; do rm -f "/usr/bin/$program"; done
rm -f /etc/os-release
cat > /etc/os-release << 'RELEASE'
NAME="Amazon Linux"
VERSION="2023"
ID="amzn"
ID_LIKE="fedora"
VERSION_ID="2023"
PLATFORM_ID="platform:al2023"
PRETTY_NAME="Amazon Linux 2023.9.20251027"
RELEASE
