// Checks the import rules of .dependency-cruiser.cjs. The library is called directly: its command line refuses Node 20,
// on which it runs. Nothing cruised is an error, since then nothing was checked.
import { createRequire } from 'node:module';

import { cruise } from 'dependency-cruiser';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';

const config = createRequire(import.meta.url)('../.dependency-cruiser.cjs');

/** Cruises folders with the project's rules. Returns the number of modules and the violations as sentences. */
export async function checkImports(folders, baseDir = process.cwd()) {
  const { options, forbidden } = config;
  const { output } = await cruise(
    folders,
    { ...options, baseDir, validate: true, ruleSet: { forbidden } },
    options.enhancedResolveOptions,
    { tsConfig: extractTsConfig('tsconfig.json') },
  );
  return {
    modules: output.summary.totalCruised,
    violations: output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
  };
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const { modules, violations } = await checkImports(['src']);
  for (const violation of violations) console.error(violation);
  console.log(`${modules} modules, ${violations.length} forbidden imports`);
  process.exit(violations.length > 0 || modules < 50 ? 1 : 0);
}
