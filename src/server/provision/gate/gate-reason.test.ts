import { describe, expect, it } from 'vitest';

import { pickGateReason } from './gate-reason';

describe('why a gate does not start', () => {
  it('is its first alert, whatever systemd says before and after it', () => {
    const lines = [
      'Job for quaymaster-gate.service failed because the control process exited with error code.',
      '[WARNING]  (4242) : an error that is none',
      '[ALERT]    (4242) : Binding [/etc/quaymaster/gate/haproxy.cfg:24] for frontend gate: cannot bind socket',
      '[ALERT]    (4242) : Current worker (4243) exited with code 143 (Terminated)',
    ];
    expect(pickGateReason(lines)).toBe(
      'Binding [/etc/quaymaster/gate/haproxy.cfg:24] for frontend gate: cannot bind socket',
    );
  });

  it('is the first line of an error where there is no alert, and nothing where there is none', () => {
    expect(pickGateReason(['Starting …', '/bin/sh: cannot create server.pem'])).toBe(
      '/bin/sh: cannot create server.pem',
    );
    expect(pickGateReason(['Starting …', 'Job for it failed with an error.'])).toBe('');
  });
});
