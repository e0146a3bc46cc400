import { z } from 'zod';

export const swarmRoles = ['manager', 'worker'] as const;
export type SwarmRole = (typeof swarmRoles)[number];

/** active: takes tasks. pause: keeps those that it has. drain: hands them to other nodes. */
export const nodeAvailabilities = ['active', 'pause', 'drain'] as const;
export type NodeAvailability = (typeof nodeAvailabilities)[number];

/** What a swarm is called in the console; its engines do not know the name. */
export const swarmNameSchema = z
  .string()
  .trim()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/,
    'A name has lower case letters, digits and dashes, at most 40, and begins and ends with a letter or digit.',
  );

/** Into a swarm that is there: what several machines can do at once. */
export const swarmJoinSchema = z.strictObject({
  kind: z.literal('join'),
  swarmId: z.uuid(),
  role: z.enum(swarmRoles),
});

/** How a machine comes into a swarm. */
export const swarmChoiceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('init'), name: swarmNameSchema }),
  swarmJoinSchema,
]);
export type SwarmChoice = z.output<typeof swarmChoiceSchema>;

/** What nodes say to each other on: tcp 2377 to managers, the others between all nodes. */
export const swarmPorts = ['2377/tcp', '7946/tcp', '7946/udp', '4789/udp'] as const;

/** A node as a manager of its swarm tells of it. */
export interface SwarmNode {
  readonly id: string;
  readonly hostName: string;
  readonly role: SwarmRole;
  readonly availability: NodeAvailability;
  /** "ready", "down", "unknown", "disconnected". */
  readonly state: string;
  readonly address: string;
  readonly engineVersion: string;
  /** Of managers: whether it leads, and whether the others reach it. */
  readonly manager: { readonly isLeader: boolean; readonly reachability: string } | null;
}
