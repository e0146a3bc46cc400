// npm run bench -- [--json] NAME: measures, and prints one figure a line.
import type { Figure } from '../bench/figure';

// Each is loaded for itself, so that what one needs does not weigh on another's memory.
const benches: Readonly<Record<string, () => Promise<Figure[]>>> = {
  create: async () => (await import('../bench/create')).benchCreate(),
  revoke: async () => (await import('../bench/revoke')).benchRevoke(),
  'revoke-hosts': async () => (await import('../bench/revoke-hosts')).benchRevokeHosts(),
  'revoke-simulated': async () => (await import('../bench/revoke-simulated')).benchRevokeSimulated(),
  fleet: async () => (await import('../bench/fleet')).benchFleet(),
  list: async () => (await import('../bench/list')).benchList(),
  footprint: async () => (await import('../bench/footprint')).benchFootprint(),
  gate: async () => (await import('../bench/gate')).benchGate(),
  log: async () => (await import('../bench/log')).benchLog(),
};

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const name = args.find((arg) => !arg.startsWith('--'));
const bench = name === undefined ? undefined : benches[name];
if (!bench) {
  console.error(`Name what to measure: ${Object.keys(benches).join(', ')}`);
  process.exit(1);
}
for (const figure of await bench()) {
  console.log(asJson ? JSON.stringify(figure) : `${figure.name.padEnd(44)} ${figure.value} ${figure.unit}`);
}
process.exit(0);
