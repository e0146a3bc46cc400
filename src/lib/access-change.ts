/** What changed who gets in where; `enforce` is a change of a gate's lease. */
export const accessChangeKinds = [
  'issue',
  'grant',
  'withdraw',
  'revoke',
  'suspend',
  'resume',
  'offboard',
  'enforce',
] as const;
export type AccessChangeKind = (typeof accessChangeKinds)[number];
