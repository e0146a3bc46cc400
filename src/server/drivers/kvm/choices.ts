import { z } from 'zod';

import type { LiveChoices } from '../driver';
import { readHostFacts, readNetworks } from './host-facts';
import { openVirsh } from './machine-host';

const entered = z.object({
  hypervisorId: z.string(),
  networkKind: z.enum(['network', 'bridge', 'user']),
  connection: z.enum(['system', 'session']).default('system'),
});

/** The networks of libvirt, or the bridges of the hypervisor host. */
export const networkChoices: LiveChoices = async (ctx, options) => {
  const { networkKind, ...where } = entered.parse(options);
  if (networkKind === 'user') return [];
  const virsh = await openVirsh(ctx, where);
  if (networkKind === 'bridge') {
    const { bridges } = await readHostFacts(virsh);
    return bridges.map((name) => ({ value: name, label: name }));
  }
  await virsh.must({ name: 'ask libvirt', args: ['version'] });
  return (await readNetworks(virsh)).map(({ name, isActive }) => ({
    value: name,
    label: name,
    ...(!isActive && { description: 'not active' }),
    ...(name === 'default' && { isDefault: true }),
  }));
};
