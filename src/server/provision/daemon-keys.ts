import { describeJsonProblem, parseJsonText } from './json-text';

/** A value of daemon.json. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type DaemonConfig = Readonly<Record<string, JsonValue>>;

/** Keys that the console writes itself, and why nobody else may. */
const ownedKeys: Readonly<Record<string, string>> = {
  hosts: 'The console decides where the engine listens.',
  tls: 'The console sets up TLS.',
  tlsverify: 'The console makes client certificates a must.',
  tlscacert: 'The console decides whose certificates are trusted.',
  tlscert: "The console makes the engine's certificate.",
  tlskey: "The console makes the engine's key.",
};

/** Keys that have a field of their own in the settings. */
const fieldOfKey: Readonly<Record<string, string>> = {
  labels: 'Labels',
  'registry-mirrors': 'Registry mirrors',
  'insecure-registries': 'Insecure registries',
  'log-driver': 'Log driver',
  'log-opts': 'Log options',
  'storage-driver': 'Storage driver',
};

/** Reserved by JavaScript objects; no engine option has such a name. */
const unusableKeys: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export type DaemonKeys =
  | { readonly ok: true; readonly config: DaemonConfig }
  | { readonly ok: false; readonly message: string };

const refused = (message: string): DaemonKeys => ({ ok: false, message });

/** Reads the text that holds further daemon.json keys: a JSON object without the keys that are set elsewhere. Empty: none. */
export function parseDaemonKeys(text: string): DaemonKeys {
  if (text.trim() === '') return { ok: true, config: {} };
  const parsed = parseJsonText(text);
  if (!parsed.ok) return refused(`Not JSON: ${describeJsonProblem(parsed.problem)}.`);
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused('Must be a JSON object, such as { "debug": true }.');
  }
  for (const key of Object.keys(value)) {
    const own = Object.hasOwn(ownedKeys, key) ? ownedKeys[key] : undefined;
    if (own !== undefined) return refused(`"${key}" cannot be set here. ${own}`);
    const field = Object.hasOwn(fieldOfKey, key) ? fieldOfKey[key] : undefined;
    if (field !== undefined) return refused(`"${key}" has a field of its own: ${field}.`);
    if (unusableKeys.includes(key)) return refused(`"${key}" is no option of the engine.`);
  }
  return { ok: true, config: value as DaemonConfig };
}
