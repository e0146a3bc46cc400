import type { Role } from './role';

/** Every action that needs a role, with the least role that has it. */
export const leastRole = {
  'team.read': 'viewer',
  'team.update': 'owner',
  'member.invite': 'admin',
  'member.change-role': 'admin',
  'member.remove': 'admin',
  'member.suspend': 'admin',
  'machine.read': 'viewer',
  'machine.check': 'member',
  'machine.create': 'member',
  // Of one's own machines; removeMachine asks for admin where it is another member's.
  'machine.remove': 'member',
  'machine.remove-any': 'admin',
  'machine.change-access': 'admin',
  'machine.enforce': 'admin',
  'machine.operate': 'member',
  'machine.provision': 'member',
  'machine.apply-settings': 'admin',
  'machine.upgrade': 'admin',
  'job.read': 'viewer',
  'job.steer': 'member',
  'ssh-key.read': 'member',
  'ssh-key.write': 'member',
  'hypervisor.read': 'member',
  'hypervisor.manage': 'admin',
  'credential.read': 'member',
  'credential.manage': 'admin',
  'image.read': 'member',
  'image.manage': 'admin',
  // The kinds of the jobs that image.manage starts: who may not start one may not retry it either.
  'image.fetch': 'admin',
  'image.place': 'admin',
  'image.remove-copies': 'admin',
  'swarm.read': 'viewer',
  'swarm.manage': 'admin',
  // The kinds of the jobs that swarm.manage starts.
  'machine.enter-swarm': 'admin',
  'machine.leave-swarm': 'admin',
  'certificate.issue': 'member',
  'certificate.read': 'viewer',
  // Of anybody; everyone may revoke and suspend their own.
  'certificate.revoke': 'admin',
  'certificate.reissue': 'admin',
  'certificate.policy': 'admin',
  'authority.read': 'viewer',
  'authority.manage': 'owner',
  'self-test.read': 'viewer',
  'self-test.run': 'admin',
  // The kind of the job that self-test.run starts.
  'machine.self-test': 'admin',
  'resource.read': 'viewer',
  'resource.compare': 'member',
  'resource.manage': 'admin',
  // One more try to remove what is left of a machine.
  'tombstone.remove': 'member',
  'audit.read': 'admin',
} as const satisfies Record<string, Role>;

export type Permission = keyof typeof leastRole;
