import type { Driver } from './driver';

/** Whether the host is the driver's own work, made with the machine and removed with it; otherwise it was there before, and stays. Pure. */
export const makesHost = ({ account }: Pick<Driver, 'account'>): boolean => account !== undefined;
