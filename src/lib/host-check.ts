/** The probes of a check, in the order in which they are shown. Each one's title is in the messages, under `checks.probes`. */
export const probeIds = [
  'account',
  'name',
  'tcp',
  'banner',
  'host-key',
  'authentication',
  'sudo',
  'os',
  'disk',
  'clock',
  'packages',
  'port',
  'engine',
  'rights',
  'system',
  'folder',
  'vbox-manage',
  'libvirt',
  'acceleration',
  'forwarding',
] as const;
export type ProbeId = (typeof probeIds)[number];

/** `skipped`: not reached, because a probe that it depends on failed or the time was over. */
export type ProbeStatus = 'ok' | 'warning' | 'failed' | 'skipped';

export interface ProbeResult {
  readonly id: ProbeId;
  readonly status: ProbeStatus;
  /** What was found, in a sentence or as a value. Empty for `skipped`. */
  readonly message: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
  /** What is wrong with what was entered, by the path of its field ("options.diskGiB"); null where no field is to blame. */
  readonly fieldErrors: Readonly<Record<string, string>> | null;
  readonly milliseconds: number;
}

/** The key that a host has shown. `new`: none is pinned yet. `changed`: another one is. */
export interface ShownHostKey {
  readonly verdict: 'new' | 'pinned' | 'changed';
  /** As OpenSSH names it: "ssh-ed25519". */
  readonly type: string;
  /** SSH wire format, base64. */
  readonly key: string;
  /** "SHA256:…" as ssh-keygen -l prints it. */
  readonly fingerprint: string;
}

/** What a running check tells, as it happens. `planned` comes first, `finished` last. */
export type CheckEvent =
  | { readonly type: 'planned'; readonly probes: readonly ProbeId[] }
  | { readonly type: 'started'; readonly id: ProbeId }
  | { readonly type: 'host-key'; readonly hostKey: ShownHostKey }
  | { readonly type: 'ended'; readonly result: ProbeResult }
  | { readonly type: 'finished'; readonly milliseconds: number };

/** One probe as a person sees it while the check runs. */
export interface ProbeView {
  readonly id: ProbeId;
  readonly state: 'waiting' | 'running' | ProbeStatus;
  readonly result: ProbeResult | null;
}

export interface CheckView {
  readonly probes: readonly ProbeView[];
  readonly hostKey: ShownHostKey | null;
  readonly isFinished: boolean;
  readonly milliseconds: number | null;
}

export const emptyCheck: CheckView = { probes: [], hostKey: null, isFinished: false, milliseconds: null };

const replace = (view: CheckView, probe: ProbeView): CheckView => ({
  ...view,
  probes: view.probes.map((one) => (one.id === probe.id ? probe : one)),
});

/** The check after one more event. Pure. */
export function afterEvent(view: CheckView, event: CheckEvent): CheckView {
  switch (event.type) {
    case 'planned':
      return { ...emptyCheck, probes: event.probes.map((id) => ({ id, state: 'waiting', result: null })) };
    case 'started':
      return replace(view, { id: event.id, state: 'running', result: null });
    case 'host-key':
      return { ...view, hostKey: event.hostKey };
    case 'ended':
      return replace(view, { id: event.result.id, state: event.result.status, result: event.result });
    case 'finished':
      return { ...view, isFinished: true, milliseconds: event.milliseconds };
  }
}

/** The worst that a finished check found; null while it runs. Pure. */
export function checkVerdict(view: CheckView): 'ok' | 'warning' | 'failed' | null {
  if (!view.isFinished) return null;
  const states = new Set(view.probes.map((probe) => probe.state));
  if (states.has('failed')) return 'failed';
  return states.has('warning') ? 'warning' : 'ok';
}
