'use client';

import { useState } from 'react';

import { tunnelLine } from '@/lib/tunnel-line';

import type { Machine } from '../../_components/use-machine';

/** How a docker client reaches the engine: by its address, or through a tunnel to a local port. */
export interface Way {
  readonly address: string;
  readonly port: number;
  /** The tunnel, as the person wants it; null where there is none. */
  readonly tunnel: {
    readonly user: string;
    readonly setUser: (user: string) => void;
    readonly localPort: number | '';
    readonly setLocalPort: (port: number | '') => void;
    /** Null while the values are no good. */
    readonly line: string | null;
  } | null;
}

const lineOf = (tunnel: Parameters<typeof tunnelLine>[0]): string | null => {
  try {
    return tunnelLine(tunnel);
  } catch (error) {
    // The user is free text: what no shell can hold is said at its field.
    if (error instanceof RangeError) return null;
    throw error;
  }
};

/** The way to a machine; where only its hypervisor host reaches it, it leads through that host's SSH server. */
export function useWay({ way, enginePort }: Machine, address: string): Way {
  const ssh = way?.ssh ?? null;
  const [user, setUser] = useState(ssh?.user ?? '');
  const [localPort, setLocalPort] = useState<number | ''>(enginePort);
  if (!ssh) return { address, port: enginePort, tunnel: null };
  const port = localPort === '' ? enginePort : localPort;
  const line = lineOf({ localPort: port, address, port: enginePort, ssh: { ...ssh, user } });
  return {
    address: '127.0.0.1',
    port: line === null ? enginePort : port,
    tunnel: { user, setUser, localPort, setLocalPort, line },
  };
}
