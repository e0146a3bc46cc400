import { hasEnded } from './cleanup';
import { labCommand, tryLabCommand, type CommandOptions, type CommandResult } from './lab-command';
import { parseSnapshot, snapshotScript, type Snapshot } from './snapshot';

export type Release = 'bullseye' | 'bookworm' | 'trixie';

/** An OpenSSH private key as text, and its public line. */
export interface ClientKey {
  privateKey: string;
  publicKey: string;
}

export interface LabHostFacts {
  name: string;
  address: string;
  hostKeyFingerprint: string;
  release: Release;
  engine: 'absent' | 'present';
  clientKey: ClientKey;
}

export interface LabUser {
  name: string;
  sudo: 'none' | 'password' | 'nopasswd';
  password?: string;
  /** Public key line. Default: the host's client key. */
  authorizedKey?: string;
}

export interface PowerOptions {
  /** Pull the plug instead of asking the system. */
  hard?: boolean;
}

/** The password of `operator` (who needs it for sudo) and `plain` on every host. */
export const labPassword = 'lab-password';

/**
 * A running Debian with systemd, sshd, sudo and apt, reachable from this machine and from its neighbours in the lab and
 * reaching nothing else. Accounts, all with the same key: admin (sudo without a password), operator (sudo with one),
 * plain (no sudo), root.
 */
export class LabHost {
  readonly name: string;
  readonly address: string;
  readonly sshPort = 22;
  readonly user = 'admin';
  readonly release: Release;
  readonly engine: 'absent' | 'present';
  readonly privateKey: string;
  readonly publicKey: string;
  #hostKeyFingerprint: string;

  constructor(facts: LabHostFacts) {
    this.name = facts.name;
    this.address = facts.address;
    this.release = facts.release;
    this.engine = facts.engine;
    this.privateKey = facts.clientKey.privateKey;
    this.publicKey = facts.clientKey.publicKey;
    this.#hostKeyFingerprint = facts.hostKeyFingerprint;
  }

  /** Of the host's one key (ed25519), as ssh-keygen shows it: SHA256: and base64 without padding. */
  get hostKeyFingerprint(): string {
    return this.#hostKeyFingerprint;
  }

  /** Runs a bash script as root inside, not through ssh. Arguments are $1, $2, ... Resolves whatever the exit code is. */
  exec(script: string, options: CommandOptions & { args?: readonly string[] } = {}): Promise<CommandResult> {
    return tryLabCommand(['enter', this.name, 'bash', '-c', script, 'exec', ...(options.args ?? [])], options);
  }

  /** The same for a script that must succeed. Returns its standard output. */
  async run(script: string, options: CommandOptions & { args?: readonly string[] } = {}): Promise<string> {
    const { code, stdout, stderr } = await this.exec(script, options);
    if (code !== 0) throw new Error(`A script on ${this.name} ended with ${code}: ${script}\n${stdout}${stderr}`);
    return stdout;
  }

  /** Off, and everything of it removed from this machine. Once it is called, only a call to it again makes sense. */
  async stop(): Promise<void> {
    await labCommand(['stop', this.name]);
    hasEnded(this.name);
  }

  /** Off, but its disk stays. Resolves when it is off. */
  async powerOff(options: PowerOptions = {}): Promise<void> {
    await labCommand(['power-off', this.name, options.hard ? 'hard' : 'clean']);
  }

  /** Resolves when ssh lets admin in again (and the engine answers, if the host was started with one). */
  async powerOn(): Promise<void> {
    await labCommand(['power-on', this.name]);
  }

  /** Resolves as powerOn does. */
  async reboot(options: PowerOptions = {}): Promise<void> {
    await labCommand(['reboot', this.name, options.hard ? 'hard' : 'clean']);
  }

  async addUser(user: LabUser): Promise<void> {
    const script = `set -eu
      useradd --create-home --shell /bin/bash "$1"
      if [ -n "$3" ]; then printf '%s:%s' "$1" "$3" | chpasswd; fi
      case $2 in
        password) usermod --append --groups sudo "$1" ;;
        nopasswd) printf '%s ALL=(ALL) NOPASSWD:ALL\\n' "$1" > "/etc/sudoers.d/$1"; chmod 440 "/etc/sudoers.d/$1" ;;
      esac
      install -d -m 700 -o "$1" -g "$1" "/home/$1/.ssh"
      printf '%s\\n' "$4" | install -m 600 -o "$1" -g "$1" /dev/stdin "/home/$1/.ssh/authorized_keys"`;
    await this.run(script, { args: [user.name, user.sudo, user.password ?? '', user.authorizedKey ?? this.publicKey] });
  }

  /** Gives the host another ssh host key, as a reinstallation would. Returns the new fingerprint. */
  async rekey(): Promise<string> {
    const output = await this.run(`set -eu
      rm -f /etc/ssh/ssh_host_*
      ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
      systemctl restart ssh
      ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`);
    const fingerprint = output.split(' ')[1];
    if (fingerprint === undefined) throw new Error(`ssh-keygen answered: ${output}`);
    await labCommand(['await', this.name]);
    this.#hostKeyFingerprint = fingerprint;
    return fingerprint;
  }

  /**
   * Takes a TCP port of the host away, in the network between: for this machine and for its neighbours in the lab, for
   * connections that are open as well. drop: no answer ever comes. reject: refused (neighbours: no answer).
   * Lasts over a reboot.
   */
  async blockPort(port: number, how: 'drop' | 'reject' = 'drop'): Promise<void> {
    await labCommand(['block', this.name, this.address, String(port), how]);
  }

  async unblockPort(port: number): Promise<void> {
    await labCommand(['unblock', this.name, String(port)]);
  }

  /** Pulls the network cable, until `connect` or the next boot. */
  async disconnect(): Promise<void> {
    await labCommand(['link', this.name, 'down']);
  }

  async connect(): Promise<void> {
    await labCommand(['link', this.name, 'up']);
  }

  /** Type, mode, owner and content of everything under these absolute paths, for a "byte for byte as before" check. */
  async snapshot(paths: readonly string[]): Promise<Snapshot> {
    return parseSnapshot(await this.run(snapshotScript, { args: paths }));
  }
}
