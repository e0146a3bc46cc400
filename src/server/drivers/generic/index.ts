import { AppError, invariant } from '@/server/errors/app-error';
import type { ErrorCode } from '@/server/errors/catalogue';
import type { Limits, SshEndpoint } from '@/server/ssh/dial';
import { probeTcp } from '@/server/ssh/probe';
import { sh } from '@/server/ssh/shell';

import { defineDriver } from '../driver';
import { options, state } from './options';

const dialTimeoutMs = 15_000;

/** What a dial that found nobody ends with; anything else is an error of this driver. */
const silent: ReadonlySet<ErrorCode> = new Set([
  'ssh.name-unknown',
  'ssh.port-closed',
  'ssh.timeout',
  'ssh.unreachable',
]);

const noPower = (act: string) =>
  `The console reaches this host over SSH only, so it cannot ${act}. Use the host's own power switch, hypervisor or provider.`;

type Dial = (endpoint: SshEndpoint, limits: Limits) => Promise<unknown>;

/**
 * Any Linux host that is there already and reachable over SSH. Makes and removes nothing outside: taking the engine over
 * and giving it back is the provisioner's work. Source: docker/machine drivers/generic.
 */
export const generic = (dial: Dial = probeTcp) =>
  defineDriver({
    label: 'Existing host',
    description: 'Turns a Linux machine that you already have into a Docker host.',
    needs:
      'A Debian, Ubuntu or Amazon Linux 2023 machine that the console reaches over SSH, as root or a user with sudo.',
    icon: 'server',
    availability: 'production',
    provisioning: 'ssh',
    docs: {
      permissions: [
        'An SSH key of the team is in the `authorized_keys` of the SSH user.',
        'The SSH user is root or may use sudo: with the sudo password entered here, or without one.',
        'The console reaches the SSH port and the engine port of the host, and the Docker clients of members reach its engine port.',
        'The package sources of the host offer the engine, also the versions of Upgrade. Amazon Linux 2023 offers only those of the release that the host is locked to; `dnf upgrade --releasever=latest` on the host moves it to the newest one.',
      ],
      costs: ['Nothing is made outside of the host, so the console causes no costs.'],
      removal: [
        'Restore and remove: everything that the console changed is put back as it was, byte for byte; its certificates and files are removed. Docker packages go only if the console installed them and whoever removes the machine asks for it.',
        'Forget: the machine leaves the console, and nothing on the host is changed.',
        'The host itself stays in either case, since the console did not make it.',
      ],
      testing: [
        'The shared contract suite and the unit tests of the driver.',
        'Real Debian hosts with systemd, SSH and Docker of their own, from the form in a browser to `docker version` with the certificate of a member: `e2e/lab` and every `*.lab.test.ts`.',
      ],
    },
    options,
    state,
    unsupported: {
      start: noPower('start it'),
      stop: noPower('stop it'),
      kill: noPower('switch it off'),
      pause: noPower('let it stand still'),
      save: noPower('put its memory on disk'),
      account: 'The host was there before: nothing is made outside of it, so there is nothing to compare.',
    },

    target: ({ address, enginePort, sshPort, sshUser, sshKeyId, sudoPassword }) => ({
      address,
      enginePort,
      ssh: {
        host: address,
        port: sshPort,
        user: sshUser,
        keyId: sshKeyId,
        ...(sudoPassword !== undefined && { sudoPassword }),
      },
    }),

    create: async (ctx, { address }) => {
      ctx.signal.throwIfAborted();
      ctx.log.info(`The host is there already: ${address}.`);
    },

    observe: async (ctx, { address, sshPort, sshUser }) => {
      const seen = { address, ssh: { host: address, port: sshPort, user: sshUser } };
      try {
        await dial({ host: address, port: sshPort }, { signal: ctx.signal, timeoutMs: dialTimeoutMs });
        return { ...seen, state: 'running' };
      } catch (error) {
        if (!(error instanceof AppError) || !silent.has(error.code)) throw error;
        return { ...seen, state: 'unreachable', reason: error.public };
      }
    },

    restart: async (ctx) => {
      invariant(ctx.host, 'restart of an existing host needs a way to sign in');
      const host = await ctx.host();
      ctx.log.info('Restarting the operating system.');
      try {
        await host.run({ name: 'restart the host', script: sh`shutdown -r now`, sudo: true }, ctx.signal);
      } catch (error) {
        // A quick host ends the connection before it has answered: that is the restart beginning.
        if (!(error instanceof AppError) || error.code !== 'ssh.connection-lost') throw error;
      }
    },

    remove: async (ctx) => {
      ctx.signal.throwIfAborted();
      ctx.log.info('The host itself stays as it is: the console did not make it.');
    },
  });
