/** Who may import whom. `npm run imports` checks it; test/import-rules.test.ts shows that each rule can fail. */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$|\\.test-support\\.ts$' },
  to: { path: '^src/', pathNot: allowed },
});

const onlyImporter = (name, packageName, folder) => ({
  name,
  comment: `${packageName} has one door.`,
  severity: 'error',
  from: { path: '^src/', pathNot: folder },
  to: { path: `^node_modules/${packageName}/` },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    only('lib-is-pure', '^src/lib/', '^src/lib/', 'lib serves both sides and knows neither.'),
    {
      name: 'app-not-into-the-server',
      comment: 'Pages speak to the API; server components use the server caller.',
      severity: 'error',
      from: { path: '^src/(app|trpc)/', pathNot: '^src/app/.*/route\\.ts$|^src/trpc/server\\.ts$|\\.test\\.tsx?$' },
      to: {
        path: '^src/server/',
        pathNot: '^src/server/auth/require-',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'widgets-know-no-data',
      comment: '_ui knows neither router nor data.',
      severity: 'error',
      from: { path: '^src/app/_ui/' },
      to: { path: '^src/(trpc|server)/|^src/app/(?!_ui|_theme)' },
    },
    {
      name: 'routers-are-thin',
      comment: 'Routers call operations; they know no database, driver, host or key.',
      severity: 'error',
      from: { path: '^src/server/routers/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/server/(db|drivers|provision|pki|ssh|secrets)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'operations-know-no-transport',
      severity: 'error',
      from: { path: '^src/server/(operations|jobs|monitor)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/server/(routers/|trpc\\.ts)' },
    },
    only(
      'drivers-stand-alone',
      '^src/server/drivers/([^/]+)/',
      '^src/(lib|server/(errors|clock|hypervisors))/|^src/server/drivers/(driver|metadata|[a-z0-9-]+)\\.ts$|^src/server/drivers/$1/|^src/server/ssh/',
      'A driver knows the contract, the errors and its own folder.',
    ),
    {
      name: 'driver-knows-no-other-driver',
      severity: 'error',
      from: { path: '^src/server/drivers/([^/]+)/' },
      to: { path: '^src/server/drivers/([^/]+)/', pathNot: '^src/server/drivers/$1/' },
    },
    only(
      'provision-stands-alone',
      '^src/server/provision/',
      '^src/(lib|server/(provision|errors|clock))/|^src/server/ssh/(command-runner|shell)\\.ts$',
      'The provisioner knows a command runner, not how it reaches the host.',
    ),
    only(
      'pki-stands-alone',
      '^src/server/pki/',
      '^src/(lib|server/(pki|errors))/',
      'Pure: certificates in, certificates out.',
    ),
    only('ssh-stands-alone', '^src/server/ssh/', '^src/(lib|server/(ssh|errors|clock))/', 'Knows hosts, not machines.'),
    onlyImporter('ssh2-has-one-door', 'ssh2', '^src/server/ssh/'),
    onlyImporter('node-forge-has-one-door', 'node-forge', '^src/server/pki/|^src/lib/csr/forge-'),
    onlyImporter('pg-boss-has-one-door', 'pg-boss', '^src/server/jobs/queue\\.ts$'),
  ],
  options: {
    parser: 'swc',
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/server/db/generated' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
