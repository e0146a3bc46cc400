import type { PackageManager } from '../package-manager';
import { changeEngine, offeredEngine } from './change-engine';
import { installEngine } from './install-engine';
import { installGate } from './install-gate';
import { engineNotes, findAdded, gateNotes } from './notes';
import { removePackages } from './remove-packages';
import type { PackageTool } from './tool';

/** The package manager of a family of systems, from what its tool says in its own words. */
export const managePackages = (tool: PackageTool): PackageManager => ({
  lockProbe: tool.lockProbe,
  listInstalled: tool.listInstalled,
  installEngine: (ctx, request) => installEngine(ctx, tool, request),
  offeredEngine: (ctx, request) => offeredEngine(ctx, tool, request),
  changeEngine: (ctx, request) => changeEngine(ctx, tool, request),
  installGate: (ctx, request) => installGate(ctx, tool, request),
  findAddedPackages: (ctx, part = 'engine') => findAdded(ctx, tool, part === 'gate' ? gateNotes : engineNotes),
  purge: (ctx, packages) => removePackages(ctx, tool, packages),
});
