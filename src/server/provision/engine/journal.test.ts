import { describe, expect, it } from 'vitest';

import { pickStartReason } from './journal';

describe('pickStartReason', () => {
  it.each([
    [
      'an option that the engine does not know',
      [
        'Starting docker.service - Docker Application Container Engine...',
        `unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives don't match any configuration option: bogus`,
        'docker.service: Main process exited, code=exited, status=1/FAILURE',
        "docker.service: Failed with result 'exit-code'.",
        'Failed to start docker.service - Docker Application Container Engine.',
      ],
      /^unable to configure the Docker daemon with file .* option: bogus$/,
    ],
    [
      'the last word of the engine, not the warnings before it',
      [
        'time="2026-11-22T20:08:02.421124722Z" level=warning msg="Unable to find cpu controller"',
        'time="2026-11-22T20:08:02.5Z" level=info msg="stopping event stream following graceful shutdown" error="<nil>"',
        `failed to start daemon: error initializing graphdriver: driver not supported: "nope"`,
        'docker.service: Main process exited, code=exited, status=1/FAILURE',
      ],
      /^failed to start daemon: error initializing graphdriver/,
    ],
    [
      'our own guard before everything else',
      [
        'tlsverify is missing in /etc/docker/daemon.json: without it anybody could use the engine over the network.',
        'docker.service: Control process exited, code=exited, status=1/FAILURE',
      ],
      /^tlsverify is missing/,
    ],
    [
      'a port that is taken, which systemd says',
      [
        'docker.socket: Failed to create listening socket ([::]:2376): Address already in use',
        'Failed to listen on docker.socket',
      ],
      /Address already in use/,
    ],
    [
      'a fatal line of the log with its error',
      ['time="x" level=fatal msg="cannot go on" error="no \\"space\\" left"', 'docker.service: Main process exited'],
      /^cannot go on: no "space" left$/,
    ],
    [
      'a reload that failed',
      [
        'time="x" level=info msg="Got signal to reload configuration, reloading from: /etc/docker/daemon.json"',
        'time="x" level=error msg="open /etc/docker/daemon.json: no such file"',
      ],
      /^open \/etc\/docker\/daemon.json: no such file$/,
    ],
    [
      'a program that is not there',
      ['docker.service: Failed at step EXEC spawning /opt/dockerd: No such file or directory'],
      /No such file or directory$/,
    ],
  ])('finds %s', (_, lines, reason) => {
    expect(pickStartReason(lines)).toMatch(reason);
  });

  it('has nothing to say about an empty journal', () => {
    expect(pickStartReason([])).toBeNull();
    expect(pickStartReason(['', '  '])).toBeNull();
  });

  it('keeps a reason to a length that a person reads', () => {
    expect(pickStartReason([`failed to start daemon: ${'x'.repeat(9000)}`])?.length).toBeLessThan(600);
  });
});
