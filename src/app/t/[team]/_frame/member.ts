import type { Role } from '@/lib/role';

/** A team that the signed-in person belongs to. */
export interface FrameTeam {
  readonly slug: string;
  readonly name: string;
  readonly role: Role;
}

/** The signed-in person. */
export interface FrameMember {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Runs the installation. */
  readonly isOperator: boolean;
}
