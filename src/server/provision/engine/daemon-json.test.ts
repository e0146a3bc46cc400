import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { AppError } from '@/server/errors/app-error';

import type { DaemonConfig } from '../daemon-keys';
import { engineSettings } from '../engine-settings';
import { mergeDaemonConfig, parseDaemonFile, tlsKeys, wantedKeys, withoutOurs } from './daemon-json';

describe('parseDaemonFile', () => {
  it('says where a file of the host is wrong', () => {
    expect(() => parseDaemonFile('{\n  "debug": true\n  "x": 1\n}')).toThrow(AppError);
    expect(() => parseDaemonFile('{\n  "debug": true\n  "x": 1\n}')).toThrow(
      /\/etc\/docker\/daemon.json on the host is not JSON: line 3, column 3/,
    );
    expect(() => parseDaemonFile('[]')).toThrow(/holds no JSON object/);
  });

  it('takes an empty file for no settings', () => {
    expect(parseDaemonFile(' \n')).toEqual({});
  });
});

describe('wantedKeys', () => {
  it('asks for TLS and live-restore, and nothing that is left empty', () => {
    expect(wantedKeys(engineSettings.parse({}), { isSwarm: false })).toEqual({ 'live-restore': true, ...tlsKeys });
  });

  it('leaves live-restore out in a swarm, which refuses it', () => {
    expect(wantedKeys(engineSettings.parse({}), { isSwarm: true })).toEqual(tlsKeys);
  });

  it('writes every setting under its own key, and the further keys', () => {
    const settings = engineSettings.parse({
      labels: ['a=b'],
      registryMirrors: ['https://m.example.org'],
      insecureRegistries: ['r:5000'],
      logDriver: 'json-file',
      logOptions: { 'max-size': '10m' },
      storageDriver: 'overlay2',
      daemon: '{"live-restore": false, "debug": true}',
    });
    expect(wantedKeys(settings, { isSwarm: false })).toEqual({
      'live-restore': false,
      debug: true,
      labels: ['a=b'],
      'registry-mirrors': ['https://m.example.org'],
      'insecure-registries': ['r:5000'],
      'log-driver': 'json-file',
      'log-opts': { 'max-size': '10m' },
      'storage-driver': 'overlay2',
      ...tlsKeys,
    });
  });
});

describe('mergeDaemonConfig', () => {
  it.each<[string, DaemonConfig, DaemonConfig, DaemonConfig]>([
    ['keeps what is not ours', { bip: '10.1.0.1/24' }, { debug: true }, { bip: '10.1.0.1/24', debug: true }],
    ['lets ours win', { debug: false }, { debug: true }, { debug: true }],
    ['joins labels by their key', { labels: ['a=1', 'b=2'] }, { labels: ['b=3'] }, { labels: ['a=1', 'b=3'] }],
    [
      'joins registries',
      { 'insecure-registries': ['a', 'b'] },
      { 'insecure-registries': ['b', 'c'] },
      { 'insecure-registries': ['a', 'b', 'c'] },
    ],
    [
      'joins log options of one driver',
      { 'log-opts': { 'max-size': '1m', tag: 'x' } },
      { 'log-opts': { 'max-size': '2m' } },
      { 'log-opts': { 'max-size': '2m', tag: 'x' } },
    ],
    [
      'drops log options of another driver',
      { 'log-driver': 'syslog', 'log-opts': { tag: 'x' } },
      { 'log-driver': 'local' },
      { 'log-driver': 'local' },
    ],
  ])('%s', (...[, base, wanted, merged]) => {
    expect(mergeDaemonConfig(base, wanted)).toEqual(merged);
  });
});

describe('withoutOurs', () => {
  const original: DaemonConfig = { bip: '10.1.0.1/24', debug: false };
  const written = mergeDaemonConfig(original, { debug: true, bogus: 1, ...tlsKeys });

  it("gives the host's own settings back, so that a second attempt keeps nothing of the first", () => {
    expect(withoutOurs(written, { written, original })).toEqual(original);
  });

  it('keeps what somebody changed since', () => {
    const current = { ...written, bip: '10.9.0.1/24', mtu: 1400 };
    expect(withoutOurs(current, { written, original })).toEqual({ ...original, bip: '10.9.0.1/24', mtu: 1400 });
  });

  it('keeps a key out that somebody took out since', () => {
    const { bip: _, ...current } = written;
    expect(withoutOurs(current, { written, original })).toEqual({ debug: false });
  });

  it('takes the file as it is where nothing was written yet', () => {
    expect(withoutOurs(original, { written: null, original: {} })).toEqual(original);
  });

  it('makes a rerun with the same settings write the same file, whatever the host had', () => {
    const config = fc.dictionary(
      fc.constantFrom('debug', 'bip', 'labels', 'log-opts', 'mtu'),
      fc.constantFrom(true, 'x', ['a=1'], { k: 'v' }),
    );
    fc.assert(
      fc.property(config, config, (before, wanted) => {
        const first = mergeDaemonConfig(before, wanted);
        const second = mergeDaemonConfig(withoutOurs(first, { written: first, original: before }), wanted);
        expect(second).toEqual(first);
      }),
    );
  });
});
