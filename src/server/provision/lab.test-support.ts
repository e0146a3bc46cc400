import { systemClock } from '@/server/clock/clock';
import { deadlineSignal } from '@/server/clock/deadline';
import { createCa } from '@/server/pki/ca';
import { issueClientKeyPair } from '@/server/pki/client-certificate';
import { issueServerCertificate } from '@/server/pki/server-certificate';
import { connectSsh } from '@/server/ssh/connect';
import type { SshConnection } from '@/server/ssh/connection';

import { type LabHost, stageImage, startHost, type StartHostOptions } from '../../../e2e/lab/lab';
import { trustAnyKey } from '../../../test/support/sshd';
import type { ProvisionContext } from './context';
import type { EngineEndpoint } from './engine-client';
import { engineSettings } from './engine-settings';
import { type ProvisionInput, type ProvisionResults, type ProvisionStepId, provisionSteps } from './plan';
import { recordLog } from './scripted-host.test-support';

const ca = (commonName: string) =>
  createCa({ commonName, organization: 'harbour', keyBits: 2048, validForDays: 30, now: new Date() });

/** What a team has: an engine CA, and members with a CA and a certificate each. */
export async function makeTeam() {
  const engineCa = await ca('Engine CA');
  const issue = async (memberCa: Awaited<ReturnType<typeof ca>>, name: string) => {
    const pair = await issueClientKeyPair({
      ca: memberCa,
      subject: {
        member: { id: name, email: `${name}@example.org` },
        device: { id: 'dev', name: 'laptop' },
        team: { slug: 'harbour' },
      },
      keyBits: 2048,
      validForDays: 20,
      now: new Date(),
    });
    return { caPem: memberCa.certificatePem, cert: pair.certificatePem, key: pair.privateKeyPem };
  };
  const authorities = new Map<string, Awaited<ReturnType<typeof ca>>>();
  const member = async (name: string) => {
    const memberCa = await ca(`Client CA of ${name}`);
    authorities.set(memberCa.certificatePem, memberCa);
    return issue(memberCa, name);
  };
  return {
    engineCaPem: engineCa.certificatePem,
    member,
    /** Another certificate of the same member, by the same CA. */
    another: ({ caPem }: { caPem: string }) => {
      const memberCa = authorities.get(caPem);
      if (!memberCa) throw new Error('a member of another team');
      return issue(memberCa, 'another');
    },
    engineCertificate: (address: string) =>
      issueServerCertificate({
        ca: engineCa,
        commonName: 'lab',
        sans: [address, 'localhost'],
        keyBits: 2048,
        validForDays: 20,
        now: new Date(),
      }),
  };
}

export type Member = Awaited<ReturnType<Awaited<ReturnType<typeof makeTeam>>['member']>>;

/** One lab host with a connection, a team, and everything that a create needs. */
export class ProvisionLab {
  readonly log = recordLog();

  readonly host: LabHost;
  connection: SshConnection;
  readonly console: Member;
  readonly team: Awaited<ReturnType<typeof makeTeam>>;
  readonly input: ProvisionInput;
  readonly #connect: () => Promise<SshConnection>;

  constructor(
    parts: Pick<ProvisionLab, 'host' | 'connection' | 'console' | 'team' | 'input'>,
    connect: () => Promise<SshConnection>,
  ) {
    this.#connect = connect;
    this.host = parts.host;
    this.connection = parts.connection;
    this.console = parts.console;
    this.team = parts.team;
    this.input = parts.input;
  }

  get ctx(): ProvisionContext {
    return { host: this.connection, log: this.log, signal: deadlineSignal(170_000), clock: systemClock };
  }

  endpoint(member: Member): EngineEndpoint {
    return {
      address: this.host.address,
      port: this.input.port,
      tls: { ca: this.team.engineCaPem, cert: member.cert, key: member.key },
    };
  }

  /** Runs the steps of a create, all or up to one. Returns what they said and how long each took. */
  async create(change: Partial<ProvisionInput> = {}, until?: ProvisionStepId) {
    const input = { ...this.input, ...change };
    const results: Partial<ProvisionResults> = {};
    const timesMs: Record<string, number> = {};
    const { enforcement = 'engine', hostName } = input;
    for (const step of provisionSteps({ enforcement, namesHost: hostName !== undefined })) {
      const started = performance.now();
      Object.assign(results, { [step.id]: await step.run(this.ctx, input) });
      timesMs[step.id] = Math.round(performance.now() - started);
      if (step.id === until) break;
    }
    return { results: results as ProvisionResults, timesMs };
  }

  /** What tells a container apart from one that was started again. */
  containers(): Promise<string> {
    return this.host.run(
      `docker ps -q --no-trunc | xargs -r docker inspect -f '{{.Id}} {{.State.Pid}} {{.State.StartedAt}}' | sort`,
    );
  }

  async runContainer(name: string): Promise<void> {
    const image = await stageImage(this.host);
    await this.host.run(`docker run -d --name "$1" "$2" sleep 100000`, { args: [name, image] });
  }

  invocation(unit = 'docker.service'): Promise<string> {
    return this.host.run('systemctl show "$1" -p InvocationID --value', { args: [unit] });
  }

  /** A clean reboot, with a new connection afterwards. */
  async reboot(): Promise<void> {
    await this.connection.close();
    await this.host.reboot();
    this.connection = await this.#connect();
  }

  async stop(): Promise<void> {
    await this.connection.close();
    await this.host.stop();
  }
}

export interface ProvisionLabOptions extends StartHostOptions {
  readonly user?: string;
  readonly sudoPassword?: string;
  /** Before anybody signs in. */
  readonly prepare?: (host: LabHost) => Promise<void>;
}

export async function startProvisionLab(options: ProvisionLabOptions = {}) {
  const { user, sudoPassword, prepare, ...hostOptions } = options;
  const host = await startHost(hostOptions);
  await prepare?.(host);
  const connect = () =>
    connectSsh(
      {
        host: host.address,
        port: host.sshPort,
        user: user ?? host.user,
        privateKey: host.privateKey,
        ...(sudoPassword !== undefined && { sudoPassword }),
      },
      { signal: deadlineSignal(30_000), hostKey: trustAnyKey },
    );
  const [team, connection] = await Promise.all([makeTeam(), connect()]);
  const consoleMember = await team.member('console');
  const certificate = await team.engineCertificate(host.address);
  const port = 2376;
  const input: ProvisionInput = {
    settings: engineSettings.parse({}),
    port,
    owner: { console: 'https://console.example.org', machine: 'machine-1' },
    tls: {
      trust: consoleMember.caPem,
      certificate: certificate.certificatePem,
      key: certificate.privateKeyPem,
    },
    endpoint: {
      address: host.address,
      port,
      tls: { ca: team.engineCaPem, cert: consoleMember.cert, key: consoleMember.key },
    },
  };
  return new ProvisionLab({ host, connection, console: consoleMember, team, input }, connect);
}
