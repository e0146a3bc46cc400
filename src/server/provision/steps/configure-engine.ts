import type { ProvisionContext } from '../context';
import { engineKeeper } from '../detect-os';
import type { ConfigureEngineInput, EngineConfigured } from '../engine/engine-keeper';

/** Writes the engine's settings where the host's family has them; see EngineKeeper.configure. */
export const configureEngine = async (ctx: ProvisionContext, input: ConfigureEngineInput): Promise<EngineConfigured> =>
  (await engineKeeper(ctx)).configure(ctx, input);
