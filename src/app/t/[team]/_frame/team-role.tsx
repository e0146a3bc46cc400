'use client';

import { createContext, type ReactNode, useContext } from 'react';

import type { Role } from '@/lib/role';

const TeamRole = createContext<Role>('viewer');

export interface TeamRoleProviderProps {
  readonly role: Role;
  readonly children: ReactNode;
}

/** Tells everything in the frame which role the person has in the team. The server decides all the same. */
export function TeamRoleProvider({ role, children }: TeamRoleProviderProps) {
  return <TeamRole value={role}>{children}</TeamRole>;
}

/** The person's role in the team whose page this is. */
export const useTeamRole = (): Role => useContext(TeamRole);
