import { readFileSync } from 'node:fs';

import { Report } from '../host/report';
import type { EngineUnit } from './engine-unit';
import { readEngineUnit } from './engine-unit';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/units/${name}`, import.meta.url), 'utf8');

export const debianUnit = fixture('debian-docker.io.service');
export const dockerMachineDropIn = fixture('docker-machine.conf');
export const socketUnit = fixture('docker.socket');

export interface UnitTexts {
  readonly service: string;
  readonly socket?: string;
  /** Content of the files that EnvironmentFile= names. */
  readonly environment?: string;
}

export function unitReport({ service, socket = socketUnit, environment = '' }: UnitTexts): Report {
  const report = new Report();
  const blob = (name: string, text: string) => report.take(`::${name}=${Buffer.from(text).toString('base64')}`);
  blob('unit.docker.service', service);
  blob('unit.docker.socket', socket);
  blob('unit.environment', environment);
  return report;
}

/** A unit as the host has it; the test fails where there is none. */
export function engineUnit(texts: UnitTexts): EngineUnit {
  const unit = readEngineUnit(unitReport(texts));
  if (!unit) throw new Error('no unit');
  return unit;
}

/** docker.io's unit with another command line. */
export const withExecStart = (line: string) => debianUnit.replace(/^ExecStart=.*$/m, `ExecStart=${line}`);
