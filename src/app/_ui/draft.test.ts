import { describe, expect, it } from 'vitest';

import { committedDraft, draftText, typedDraft } from './draft';

describe('a draft', () => {
  it('shows the value until something is typed', () => {
    expect(draftText(null, 'state=running')).toBe('state=running');
  });

  it('keeps what was typed after it was handed over, when the older text arrives late as the value', () => {
    const handedOver = committedDraft('', 'we');
    const typedOn = typedDraft(handedOver, '', 'web');
    expect(draftText(typedOn, 'we')).toBe('web');
  });

  it('gives way to a value that came from elsewhere, such as the back button', () => {
    const handedOver = committedDraft('a', 'b');
    expect(draftText(handedOver, 'b')).toBe('b');
    expect(draftText(handedOver, 'state=failed')).toBe('state=failed');
  });

  it('forgets what was handed over once the value came from elsewhere', () => {
    const handedOver = committedDraft('a', 'b');
    const typedOn = typedDraft(handedOver, 'elsewhere', 'elsewhere2');
    expect(draftText(typedOn, 'b')).toBe('b');
  });
});
