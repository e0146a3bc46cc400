import { isDeepStrictEqual } from 'node:util';

import { AppError } from '@/server/errors/app-error';

import { type DaemonConfig, type JsonValue, parseDaemonKeys } from '../daemon-keys';
import type { EngineSettings } from '../engine-settings';
import { certificateFile, daemonFile, keyFile, trustFile } from '../host/paths';
import { describeJsonProblem, parseJsonText } from '../json-text';

/** What makes dockerd demand a client certificate of the trusted authorities on every TCP connection. */
export const tlsKeys: DaemonConfig = {
  tlsverify: true,
  tlscacert: trustFile,
  tlscert: certificateFile,
  tlskey: keyFile,
};

const isObject = (value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

/** Parses a daemon.json of the host; empty is taken for no settings. Throws provision.engine-config-invalid with the place. */
export function parseDaemonFile(text: string, path = daemonFile): DaemonConfig {
  if (text.trim() === '') return {};
  const parsed = parseJsonText(text);
  const why = !parsed.ok
    ? `is not JSON: ${describeJsonProblem(parsed.problem)}`
    : isObject(parsed.value as JsonValue)
      ? null
      : 'holds no JSON object';
  if (!parsed.ok || why !== null) {
    throw new AppError({
      code: 'provision.engine-config-invalid',
      public: `${path} on the host ${why ?? ''}. Correct the file (or move it away) and try again.`,
    });
  }
  return parsed.value as DaemonConfig;
}

/** The file's text for a configuration, stable for the same one. */
export const daemonFileText = (config: DaemonConfig) => `${JSON.stringify(config, null, 2)}\n`;

/**
 * What of the host's file is not ours: a key that still has the value that we wrote takes its former value back (or goes),
 * everything else stays. So a second attempt with other settings leaves nothing of the first behind, and what an
 * administrator changed in between is kept. `written` is null where we have written nothing yet.
 */
export function withoutOurs(
  current: DaemonConfig,
  former: { written: DaemonConfig | null; original: DaemonConfig },
): DaemonConfig {
  const { written, original } = former;
  if (written === null) return current;
  const kept: Record<string, JsonValue> = {};
  for (const key of new Set([...Object.keys(original), ...Object.keys(current)])) {
    const isOurs = isDeepStrictEqual(current[key], written[key]);
    const value = isOurs ? original[key] : current[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}

/** The keys that the settings ask for. live-restore is left out in Swarm mode, which refuses it; TLS where a gate does it. */
export function wantedKeys(
  settings: EngineSettings,
  { isSwarm, isGated = false }: { isSwarm: boolean; isGated?: boolean },
): DaemonConfig {
  const further = parseDaemonKeys(settings.daemon);
  if (!further.ok) throw new AppError({ code: 'provision.engine-config-invalid', public: further.message });
  return {
    ...(!isSwarm && { 'live-restore': true }),
    ...further.config,
    ...(settings.labels.length > 0 && { labels: settings.labels }),
    ...(settings.registryMirrors.length > 0 && { 'registry-mirrors': settings.registryMirrors }),
    ...(settings.insecureRegistries.length > 0 && { 'insecure-registries': settings.insecureRegistries }),
    ...(settings.logDriver !== undefined && { 'log-driver': settings.logDriver }),
    ...(Object.keys(settings.logOptions).length > 0 && { 'log-opts': settings.logOptions }),
    ...(settings.storageDriver !== undefined && { 'storage-driver': settings.storageDriver }),
    ...(!isGated && tlsKeys),
  };
}

const labelKey = (label: JsonValue) => (typeof label === 'string' ? label.split('=', 1)[0] : undefined);

function mergeKey(key: string, base: DaemonConfig, wanted: DaemonConfig): JsonValue {
  const before = base[key];
  const after = wanted[key] ?? null;
  if (key === 'labels' && isList(before) && isList(after)) {
    const ours = new Set(after.map(labelKey));
    return [...before.filter((label) => !ours.has(labelKey(label))), ...after];
  }
  if ((key === 'registry-mirrors' || key === 'insecure-registries') && isList(before) && isList(after)) {
    return [...new Set([...before, ...after])];
  }
  if (key === 'log-opts' && isObject(before) && isObject(after)) {
    // Options of another driver would keep the engine from starting.
    const isSameDriver = (wanted['log-driver'] ?? base['log-driver']) === base['log-driver'];
    return isSameDriver ? { ...before, ...after } : after;
  }
  return after;
}

/** The host's keys with ours: lists are joined, labels by their key, log options where the driver stays; otherwise ours win. */
export function mergeDaemonConfig(base: DaemonConfig, wanted: DaemonConfig): DaemonConfig {
  const merged: Record<string, JsonValue> = { ...base };
  for (const key of Object.keys(wanted)) merged[key] = mergeKey(key, base, wanted);
  const changesLogDriver = wanted['log-driver'] !== undefined && wanted['log-driver'] !== base['log-driver'];
  if (changesLogDriver && wanted['log-opts'] === undefined) delete merged['log-opts'];
  return merged;
}
