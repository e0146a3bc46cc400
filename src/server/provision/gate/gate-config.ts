import {
  foreverEpoch,
  gateAdminSocket,
  gateAdmittedFile,
  gateClientsFile,
  gateConfigFile,
  gateFolder,
  gateLeaseFile,
  gateMasterSocket,
  gatePolicyFile,
  gateRunFolder,
  gateRunName,
  gateServedFile,
  gateServerFile,
} from './gate-files';

const header = '# Written by Quaymaster. Changes are lost; restoring the host from the console removes the file.';

/** The engine's API, seen from its own host. */
const engineSocket = '/var/run/docker.sock';

/** Slots are cheap, and a gate that runs out of them has to reload: at least these many, and a third to spare. */
const slotsMin = 256;

export function slotsFor(certificates: number): number {
  let slots = slotsMin;
  while (slots * 0.75 < certificates) slots *= 2;
  return slots;
}

/**
 * HAProxy in TCP mode before the engine's unix socket. Each admitted certificate has a server (a "slot") of its own, which the map
 * names, so that its connections are counted apart and can be ended alone. Servers have the weight 0: only
 * `use-server` reaches them, and a connection without a slot reaches none. Session tickets and cache are off because
 * a resumed session skips the verification. Timeouts are HAProxy's maximum; no half-closed stream is cut.
 * Tried on 2.2, 2.6 and 3.0.
 */
export function gateConfigText({ port, slots, hasIpv6 }: { port: number; slots: number; hasIpv6: boolean }): string {
  return `${header}
global
  log stdout format raw daemon
  stats socket ${gateAdminSocket} mode 600 level admin expose-fd listeners
  nbthread 2
  maxconn 4000
  tune.ssl.cachesize 0
  ssl-default-bind-options no-tls-tickets ssl-min-ver TLSv1.2

defaults
  mode tcp
  log global
  option logasap
  timeout connect 5s
  timeout client 24d
  timeout server 24d
  timeout tunnel 24d

frontend gate
  bind ${hasIpv6 ? `:::${port} v4v6` : `*:${port}`} ssl crt ${gateServedFile} ca-file ${gateClientsFile} verify required no-tls-tickets ssl-min-ver TLSv1.2
  log-format "%[var(sess.verdict)] %ci:%cp %{+Q}[ssl_c_s_dn(CN)] %[var(sess.fingerprint)] %ts"
  tcp-request session set-var(sess.now) date
  tcp-request session set-var(sess.until) str(until),map_str_int(${gateLeaseFile},0)
  tcp-request session set-var(sess.fingerprint) ssl_c_der,sha2(256),hex
  tcp-request session set-var(sess.slot) var(sess.fingerprint),map_str(${gateAdmittedFile})
  tcp-request session set-var(sess.verdict) str(refused)
  tcp-request session set-var(sess.verdict) str(lease-over) if { var(sess.slot) -m found }
  tcp-request session set-var(sess.verdict) str(admitted) if { var(sess.slot) -m found } { var(sess.until),sub(sess.now) -m int gt 0 }
  tcp-request content reject unless { var(sess.verdict) -m str admitted }
  default_backend engine

backend engine
  id 10
  use-server %[var(sess.slot)] if TRUE
  server-template s ${slots} unix@${engineSocket} weight 0
`;
}

/**
 * Run as root before each start: the key for the gate's own user, the lease, and what the gate is about to load. A lease
 * that is there outlived a restart of the gate and still counts; under the strict policy none means nobody.
 */
const prepare = [
  `cd ${gateRunFolder}`,
  'rm -f server.pem',
  `install -m 0400 ${gateServerFile} server.pem`,
  'chown --reference=. server.pem',
  `if grep -q ^strict ${gatePolicyFile}; then [ -f lease.map ] || echo until 0 > lease.map; else echo until ${foreverEpoch} > lease.map; fi`,
  `cp ${gateClientsFile} clients.loaded`,
].join('; ');

/**
 * The user is systemd's own for this unit (DynamicUser): it exists while the gate runs, owns nothing else, and leaves nothing in
 * the host's user files. `group` is the one that may use the engine's socket.
 */
export function gateUnitText({ group, port }: { group: string; port: number }): string {
  const bind = port < 1024 ? 'CAP_NET_BIND_SERVICE' : '';
  return `${header}
[Unit]
Description=Gate before the Docker engine
Documentation=file:${gateFolder}
After=network.target docker.socket
Wants=docker.socket
StartLimitIntervalSec=0

[Service]
Type=notify
DynamicUser=yes
SupplementaryGroups=${group}
ExecStartPre=+/bin/sh -ec '${prepare}'
ExecStart=/usr/sbin/haproxy -Ws -f ${gateConfigFile} -S ${gateMasterSocket},mode,600
ExecReload=/bin/kill -USR2 $MAINPID
KillMode=mixed
Restart=always
RestartSec=1
SuccessExitStatus=143
TimeoutStartSec=30
TimeoutStopSec=5
UMask=0022
RuntimeDirectory=${gateRunName}
RuntimeDirectoryMode=0755
RuntimeDirectoryPreserve=restart
LimitNOFILE=65536
CapabilityBoundingSet=${bind}
AmbientCapabilities=${bind}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
`;
}
