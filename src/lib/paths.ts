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

/** The views of the jobs page, in its address as `view`; all jobs need none. */
export const jobsViews = ['all', 'queue', 'batches'] as const;

export type JobsView = (typeof jobsViews)[number];

/** The tabs of the certificates page, in its address as `tab`; a member's own devices come first and need none. */
export const certificateTabs = ['mine', 'all', 'authorities', 'radar', 'changes', 'policy'] as const;

export type CertificateTab = (typeof certificateTabs)[number];

/** The ways to a new image, in the address of the images page as `add`. */
export const imageWays = ['catalogue', 'address', 'upload'] as const;

export type ImageWay = (typeof imageWays)[number];

/** What `/pki/<team>` serves. */
export const pkiFiles = ['engine-ca.pem', 'client-ca.pem', 'client.crl', 'client-crls.pem'] as const;

export type PkiFile = (typeof pkiFiles)[number];

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
  /** The page of a machine with the question whether to do this to it. */
  machineAct: (team: string, machine: string, act: string) => at('t', team, 'machines', machine) + query({ act }),
  swarms: (team: string) => at('t', team, 'swarms'),
  jobs: (team: string, values: { q?: string | undefined; view?: JobsView | undefined } = {}) =>
    at('t', team, 'jobs') + query({ ...values, view: values.view === 'all' ? undefined : values.view }),
  batch: (team: string, batch: string) => at('t', team, 'jobs', 'batches', batch),
  /** A link to one line points at it as an anchor; its step opens with it. */
  job: (team: string, job: string, values: { step?: string | undefined; line?: number | undefined } = {}) =>
    at('t', team, 'jobs', job) + query({ step: values.step }) + (values.line === undefined ? '' : `#L${values.line}`),
  /** The log as a file; with `ansi` the colour codes stay in it. */
  jobLog: (team: string, job: string, values?: { ansi?: 1 | undefined }) =>
    at('api', 'teams', team, 'jobs', job, 'log') + query(values),
  certificates: (
    team: string,
    values: {
      tab?: CertificateTab | undefined;
      q?: string | undefined;
      sort?: string | undefined;
      kind?: string | undefined;
    } = {},
  ) => at('t', team, 'certificates') + query({ ...values, tab: values.tab === 'mine' ? undefined : values.tab }),
  certificate: (team: string, certificate: string) => at('t', team, 'certificates', certificate),
  /** The receipt of one change of who gets in where. */
  accessChange: (team: string, change: string) => at('t', team, 'certificates', 'changes', change),
  rotation: (team: string) => at('t', team, 'certificates', 'rotation'),
  /** Where a member makes a new key for a device in their own browser. */
  reissue: (team: string, token: string) => at('t', team, 'certificates', 'reissue', token),
  /** The certificates as a table, chosen as `certificates.list` chooses them. */
  certificatesCsv: (team: string, values?: Query) => at('api', 'teams', team, 'certificates.csv') + query(values),
  resources: (team: string, values?: { machine?: string | undefined; show?: string | undefined }) =>
    at('t', team, 'resources') + query(values),
  hypervisors: (team: string) => at('t', team, 'hypervisors'),
  /** With the dialog that adds an image, by one of the ways to it. */
  images: (team: string, values?: { add?: ImageWay | undefined }) => at('t', team, 'images') + query(values),
  /** Takes an upload, piece by piece. */
  imageContent: (team: string, image: string) => at('api', 'teams', team, 'images', image, 'content'),
  newHypervisor: (team: string) => at('t', team, 'hypervisors', 'new'),
  hypervisor: (team: string, id: string) => at('t', team, 'hypervisors', id),
  editHypervisor: (team: string, id: string) => at('t', team, 'hypervisors', id, 'edit'),
  selfTests: (team: string, values?: { machine?: string | undefined }) => at('t', team, 'self-tests') + query(values),
  /** CA certificates and revocation lists, for other software; open to everyone. */
  pki: (team: string, file: PkiFile) => at('pki', team, file),
  audit: (team: string, values?: { q?: string | undefined; before?: string | undefined }) =>
    at('t', team, 'audit') + query(values),
  /** With `add` the dialog for a new one is open. */
  credentials: (team: string, values?: { add?: 1 | undefined }) => at('t', team, 'credentials') + query(values),
  members: (team: string) => at('t', team, 'team'),
  settings: (team: string) => at('t', team, 'settings'),
  /** The installation as a whole, for operators. */
  system: (team: string, values?: { span?: string | undefined }) => at('t', team, 'system') + query(values),
  /** Takes a passphrase by POST, answers with an encrypted archive. */
  backup: () => at('api', 'system', 'backup'),
} as const;
