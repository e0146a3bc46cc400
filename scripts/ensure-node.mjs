import { fail } from './run.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Quaymaster needs Node 20.19 or later; this is ${process.versions.node}. Node 24 is recommended.`);
}
