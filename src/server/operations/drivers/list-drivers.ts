import 'server-only';
import { availableDrivers } from '@/server/drivers/registry';
import type { TeamContext } from '@/server/operations/team-context';

import { describeCard } from './driver-card';

/** What the card of each driver on offer says. */
export const listDrivers = ({ runtime }: TeamContext) => availableDrivers(runtime.env.development).map(describeCard);
