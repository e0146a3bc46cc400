import { makesHost } from '@/server/drivers/makes-host';
import type { RegisteredDriver } from '@/server/drivers/registry';

/** What a driver's card says. The id is a plain string outside of the server. */
export const describeCard = ({ id, driver }: RegisteredDriver) => ({
  id: id as string,
  label: driver.label,
  description: driver.description,
  needs: driver.needs,
  icon: driver.icon,
  availability: driver.availability,
  provisioning: driver.provisioning,
  makesHost: makesHost(driver),
  noGate: driver.noGate ?? null,
});
