/** For how many days a team may keep the logs of its jobs, unless it keeps them for ever. */
export const logDaysBounds = { min: 1, max: 3650 } as const;
