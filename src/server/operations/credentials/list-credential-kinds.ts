import 'server-only';
import type { OptionSchema } from '@/lib/option-schema';
import { describeOptions } from '@/server/drivers/describe-options';
import { availableDrivers } from '@/server/drivers/registry';
import type { TeamContext } from '@/server/operations/team-context';
import { may } from '@/server/policies/may';

interface CredentialKind {
  /** Id of the driver. */
  readonly driver: string;
  readonly label: string;
  readonly schema: OptionSchema;
}

/** The drivers on offer that need a credential, each with what has to be entered for one, and whether the member may add one. */
export const listCredentialKinds = ({ runtime, actor }: TeamContext) => ({
  mayManage: may(actor, 'credential.manage'),
  kinds: availableDrivers(runtime.env.development).flatMap(({ id, driver }): CredentialKind[] =>
    driver.credential ? [{ driver: id, label: driver.label, schema: describeOptions(driver.credential.schema) }] : [],
  ),
});
