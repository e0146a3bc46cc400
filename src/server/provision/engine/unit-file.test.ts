import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { effectiveValues, parseEnvironmentFile, parseUnitText, quoteUnitValue, splitUnitWords } from './unit-file';
import { debianUnit, dockerMachineDropIn } from './unit.test-support';

const texts = (value: string) => splitUnitWords(value).map(({ text }) => text);

describe('parseUnitText', () => {
  it('knows which file an assignment stands in', () => {
    const [start] = effectiveValues(parseUnitText(debianUnit), 'Service', 'ExecStart');
    expect(start).toMatchObject({
      file: '/lib/systemd/system/docker.service',
      value: '/usr/sbin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock $DOCKER_OPTS',
    });
  });

  it('lets an empty assignment in a drop-in take back the former ones', () => {
    const starts = effectiveValues(parseUnitText(`${debianUnit}\n${dockerMachineDropIn}`), 'Service', 'ExecStart');
    expect(starts.map(({ file }) => file)).toEqual(['/etc/systemd/system/docker.service.d/10-machine.conf']);
  });

  it('joins continued lines, over a comment as well', () => {
    const text = '[Service]\nExecStart=/usr/bin/dockerd \\\n# why\n  -H fd:// \\\n  --debug\nType=notify\n';
    const unit = parseUnitText(text);
    expect(effectiveValues(unit, 'Service', 'ExecStart')[0]?.value).toBe('/usr/bin/dockerd -H fd:// --debug');
    expect(effectiveValues(unit, 'Service', 'Type')[0]?.value).toBe('notify');
  });

  it('keeps sections apart', () => {
    expect(effectiveValues(parseUnitText('[Unit]\nExecStart=/x\n[Service]\n'), 'Service', 'ExecStart')).toEqual([]);
  });
});

describe('splitUnitWords', () => {
  it.each([
    ['quotes of both kinds', `a "b c" 'd e'`, ['a', 'b c', 'd e']],
    ['quotes inside a word', `--label="a b"c`, ['--label=a bc']],
    ['escapes', String.raw`a\ b "c\"d"`, ['a b', 'c"d']],
    ['nothing', '   ', []],
  ])('splits %s', (_, value, words) => {
    expect(texts(value)).toEqual(words);
  });

  it('keeps the spelling of a word beside its meaning', () => {
    expect(splitUnitWords(`x "$A b"`)[1]).toEqual({ raw: '"$A b"', text: '$A b' });
  });
});

describe('quoteUnitValue', () => {
  it('makes one word of any line, which means the same again', () => {
    const line = fc.string({ unit: fc.constantFrom('a', ' ', '"', "'", '\\', '$', '%', '`', ';', '#', '=', 'é') });
    fc.assert(
      fc.property(line, (value) => {
        expect(texts(quoteUnitValue(`X=${value}`)).map((text) => text.replaceAll('%%', '%'))).toEqual([`X=${value}`]);
      }),
    );
  });
});

describe('parseEnvironmentFile', () => {
  it('reads assignments with and without quotes and skips the rest', () => {
    const text = `# DOCKER_OPTS="--x"\nDOCKER_OPTS="--dns 8.8.8.8 -D"\nexport HTTP_PROXY='http://p'\nnonsense\n`;
    expect(parseEnvironmentFile(text)).toEqual({ DOCKER_OPTS: '--dns 8.8.8.8 -D', HTTP_PROXY: 'http://p' });
  });
});
