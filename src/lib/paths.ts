export type Query = Readonly<Record<string, string | number | undefined>>;

const query = (values: Query = {}) => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
};

const at = (...segments: string[]) => `/${segments.map(encodeURIComponent).join('/')}`;

/** The tabs of a machine's page; the overview has no segment of its own. */
export const machineTabs = ['overview', 'connect', 'access', 'engine', 'jobs', 'activity', 'danger'] as const;

export type MachineTab = (typeof machineTabs)[number];

/**
 * Every address of the console, built in one place. Names of teams and machines are encoded; an empty or missing
 * query value leaves its parameter out, so that the same view has one address. Pure.
 */
export const paths = {
  home: () => '/',
  setUp: (values?: { token?: string | undefined }) => `/setup${query(values)}`,
  signIn: (values?: { next?: string | undefined }) => `/sign-in${query(values)}`,
  invitation: (token: string) => at('invite', token),
  account: () => '/account',

  team: (team: string) => at('t', team),
  machines: (team: string, values?: { q?: string | undefined; sort?: string | undefined }) =>
    at('t', team, 'machines') + query(values),
  newMachine: (team: string, values?: { driver?: string | undefined }) =>
    at('t', team, 'machines', 'new') + query(values),
  machine: (team: string, machine: string, tab: MachineTab = 'overview') =>
    tab === 'overview' ? at('t', team, 'machines', machine) : at('t', team, 'machines', machine, tab),
  jobs: (team: string, values?: { q?: string | undefined }) => at('t', team, 'jobs') + query(values),
  /** A link to one line points at it as an anchor; its step opens with it. */
  job: (team: string, job: string, values: { step?: string | undefined; line?: number | undefined } = {}) =>
    at('t', team, 'jobs', job) + query({ step: values.step }) + (values.line === undefined ? '' : `#L${values.line}`),
  /** The log as a file; with `ansi` the colour codes stay in it. */
  jobLog: (team: string, job: string, values?: { ansi?: 1 | undefined }) =>
    at('api', 'teams', team, 'jobs', job, 'log') + query(values),
  audit: (team: string, values?: { q?: string | undefined; before?: string | undefined }) =>
    at('t', team, 'audit') + query(values),
  members: (team: string) => at('t', team, 'team'),
  settings: (team: string) => at('t', team, 'settings'),
} as const;
