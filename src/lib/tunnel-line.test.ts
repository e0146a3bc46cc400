import { describe, expect, it } from 'vitest';

import { type Tunnel, tunnelLine } from './tunnel-line';

const tunnel: Tunnel = {
  localPort: 2376,
  address: '192.168.56.101',
  port: 2376,
  ssh: { host: 'rack.example.test', port: 22, user: 'ops' },
};

describe('tunnelLine', () => {
  it('forwards a local port through the host, whose port is named where it is not the usual one', () => {
    expect(tunnelLine(tunnel)).toBe('ssh -N -L 127.0.0.1:2376:192.168.56.101:2376 ops@rack.example.test');
    expect(tunnelLine({ ...tunnel, localPort: 12_376, ssh: { ...tunnel.ssh, port: 2222 } })).toBe(
      'ssh -N -L 127.0.0.1:12376:192.168.56.101:2376 -p 2222 ops@rack.example.test',
    );
  });

  it('puts an IPv6 address in brackets where a port follows', () => {
    const line = tunnelLine({ ...tunnel, address: 'fd00::5', ssh: { ...tunnel.ssh, host: 'fd00::1' } });
    expect(line).toBe('ssh -N -L 127.0.0.1:2376:[fd00::5]:2376 ops@fd00::1');
  });

  it('refuses what a shell or ssh would read as something else', () => {
    expect(() => tunnelLine({ ...tunnel, ssh: { ...tunnel.ssh, user: 'a;b' } })).toThrow(RangeError);
    expect(() => tunnelLine({ ...tunnel, ssh: { ...tunnel.ssh, user: '-oProxyCommand=x' } })).toThrow(RangeError);
    expect(() => tunnelLine({ ...tunnel, ssh: { ...tunnel.ssh, user: '' } })).toThrow(RangeError);
    expect(() => tunnelLine({ ...tunnel, localPort: 0 })).toThrow(RangeError);
  });
});
