import { describe, expect, it } from 'vitest';

import { contextOn, ScriptedHost } from '../scripted-host.test-support';
import { allowPasswords, refusePasswords } from './password-sign-in';

const answering = (stdout: string) =>
  contextOn(
    new ScriptedHost({ 'refuse sign-in by password': [{ stdout }], 'put back the settings of sshd': [{ stdout }] }),
  );

describe('sign-in by password on boot2docker', () => {
  it.each([
    ['missing', /sshd_config is not there/],
    ['silent', /no sshd was found/],
    ['refused', /does not accept its settings/],
    ['deaf', /does not listen any more/],
  ])('is a failure of the set-up where it cannot be switched off: %s', async (fact, sentence) => {
    await expect(refusePasswords(answering(`::failed=${fact}`))).rejects.toMatchObject({
      code: 'provision.command-failed',
      public: expect.stringMatching(sentence) as string,
    });
  });

  it('says so once it is switched off, and is quiet where it was', async () => {
    const [changed, same] = [answering('::changed=yes'), answering('')];
    await refusePasswords(changed);
    await refusePasswords(same);
    expect(changed.log.text()).toContain('sshd refuses passwords');
    expect(same.log.text()).toBe('');
  });

  it('keeps no host from being restored', async () => {
    const ctx = answering('::failed=silent');
    await allowPasswords(ctx);
    expect(ctx.log.text()).toContain('were not put back');
  });
});
