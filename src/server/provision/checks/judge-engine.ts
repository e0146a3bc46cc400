import { AppError } from '@/server/errors/app-error';

import { type EngineInfoAnswer, parseEngineInfo } from '../engine-client';
import { parseDaemonFile, wantedKeys, withoutOurs } from '../engine/daemon-json';
import { type EngineUnit, readEngineUnit } from '../engine/engine-unit';
import { planServing } from '../engine/serving';
import { parseHostOwner } from '../host-owner';
import type { Report } from '../host/report';
import { findProvisioner } from '../list';
import { parseOsRelease } from '../os-release';
import { type CheckResult, type HostCheckInput, type Judge, ok } from './check';

const isEngineProcess = (holder: string) => / (dockerd|systemd)$/.test(holder);

const describeHolder = (holder: string) => holder.replace(/^(\d+) (.*)$/, '$2 (process $1)');

/** Of a system that the engine is a part of. */
const builtInOn = (report: Report) =>
  report.has('os') ? findProvisioner(parseOsRelease(report.text('os')))?.builtIn : undefined;

export const judgePort: Judge = ({ report, sudoRefusal }, { port }) => {
  if (!report.is('port.taken')) return ok(`Port ${port} is free`);
  if (builtInOn(report) && report.is('active')) return ok(`Port ${port} is served by the engine of the system`);
  const holders = report.all('port.holder');
  const own = holders.length > 0 && holders.every(isEngineProcess);
  if (report.is('gate') && holders.length > 0 && holders.every((holder) => holder.endsWith(' haproxy'))) {
    return ok(`Port ${port} is served by a gate, set up by a console`);
  }
  if (own && report.is('own')) return ok(`Port ${port} is served by the engine, set up by a console`);
  if (own && holders.some((holder) => holder.endsWith(' dockerd'))) {
    return {
      status: 'warning',
      message: `Port ${port} is served by the engine already, with settings of its own`,
      advice: 'The console takes the port over: clients with certificates of another CA are refused afterwards.',
    };
  }
  const who = holders.length > 0 ? holders.map(describeHolder).join(', ') : 'another process';
  return {
    status: 'failed',
    message: `Port ${port} is in use by ${who}`,
    advice:
      sudoRefusal === null
        ? 'Stop it, or give the engine another port.'
        : 'Which one can be told with root rights only.',
    details: { holders: who },
  };
};

function readInfo(report: Report): EngineInfoAnswer | null {
  const text = report.text('info');
  if (text === '') return null;
  try {
    return parseEngineInfo(JSON.parse(text));
  } catch {
    // Allowed: an engine that answers otherwise than expected counts as one that does not answer.
    return null;
  }
}

const sourceNames: Readonly<Record<HostCheckInput['settings']['source']['kind'], string>> = {
  distribution: "the distribution's packages",
  'docker-repository': "Docker's repository",
  script: 'the install script',
  mirror: 'the package mirror',
  present: '',
};

function judgeAbsent(report: Report, { settings }: HostCheckInput): CheckResult {
  if (report.get('docker.service.LoadState') === 'masked') {
    return {
      status: 'failed',
      message: 'Somebody masked docker.service',
      advice: 'Allow it: systemctl unmask docker.service docker.socket',
    };
  }
  if (report.is('snap')) {
    return {
      status: 'failed',
      message: 'Docker is installed as a snap',
      advice: 'The console cannot set up that one. Remove it: snap remove docker',
    };
  }
  if (settings.source.kind === 'present') {
    return {
      status: 'failed',
      message: 'There is no engine on the host',
      advice: 'Choose in the engine settings how to install it.',
    };
  }
  return ok(`Not there yet; it comes from ${sourceNames[settings.source.kind]}`, { present: false });
}

/** The settings as configure-engine will meet them; its refusals are better known before. */
function refusalOf(report: Report, unit: EngineUnit, { settings, port }: HostCheckInput): string | null {
  try {
    const current = parseDaemonFile(report.text('daemon'));
    const written = report.has('written') ? parseDaemonFile(report.text('written')) : null;
    const base = withoutOurs(current, { written, original: {} });
    planServing({ unit, port, base, wanted: wantedKeys(settings, { isSwarm: false }), hasIpv6: report.is('ipv6') });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.public;
    throw error;
  }
}

function describeContainers(info: EngineInfoAnswer): string {
  const running = info.ContainersRunning;
  return running === 0 ? 'no container runs' : `${running} ${running === 1 ? 'container runs' : 'containers run'}`;
}

export const judgeEngine: Judge = ({ report, sudoRefusal }, input) => {
  if (builtInOn(report)) return ok(`Docker ${readInfo(report)?.ServerVersion ?? ''} is a part of the system`);
  let unit: EngineUnit | null;
  try {
    unit = readEngineUnit(report);
  } catch (error) {
    if (error instanceof AppError) return { status: 'failed', message: error.public };
    throw error;
  }
  if (unit === null) return judgeAbsent(report, input);
  if (sudoRefusal !== null) {
    return { status: 'warning', message: 'There is an engine; more can be told with root rights only' };
  }
  const refusal = refusalOf(report, unit, input);
  if (refusal !== null) return { status: 'failed', message: refusal };

  const owner = parseHostOwner(report.text('owner'));
  const info = readInfo(report);
  const isSwarm = !['', 'inactive'].includes(info?.Swarm?.LocalNodeState ?? '');
  const details = {
    present: true,
    running: info !== null,
    version: info?.ServerVersion ?? '',
    containersRunning: info?.ContainersRunning ?? 0,
    swarm: isSwarm,
    managedBy: owner?.console ?? '',
  };
  const message = info
    ? `Docker ${info.ServerVersion}, ${describeContainers(info)}`
    : 'There is an engine, and it is stopped';
  if (owner && owner.console !== input.owner?.console) {
    return {
      status: 'warning',
      message: `${message}. The host is managed by the console ${owner.console}`,
      advice:
        'Remove it there first. If you go on, this console takes it over: the other one and its members lose their access.',
      details,
    };
  }
  if (owner && owner.machine !== input.owner?.machine) {
    return {
      status: 'warning',
      message: `${message}. The host is a machine of this console already`,
      advice: 'If you go on, the new machine takes it over and the other one loses its access.',
      details,
    };
  }
  if (isSwarm && info && info.ContainersRunning > 0) {
    return {
      status: 'warning',
      message: `${message}. It is part of a swarm`,
      advice: 'A swarm rules out live-restore: its containers stop while the engine restarts.',
      details,
    };
  }
  return ok(message, details);
};
