/** What somebody typed into a field whose value lives elsewhere (in the address) and arrives there late. */
export interface Draft {
  readonly text: string;
  /** What the value was when this was typed, and what was handed over last: both mean that nobody else changed it. */
  readonly baseline: string;
  readonly committed: string;
}

const isOurs = (draft: Draft | null, value: string): draft is Draft =>
  draft !== null && (value === draft.baseline || value === draft.committed);

/** What the field shows: the draft, unless the value was changed from elsewhere (back button, a link). Pure. */
export const draftText = (draft: Draft | null, value: string): string => (isOurs(draft, value) ? draft.text : value);

/** The draft after a key. A value that arrives late from our own change does not take back what was typed since. Pure. */
export const typedDraft = (draft: Draft | null, value: string, text: string): Draft => ({
  text,
  baseline: value,
  committed: isOurs(draft, value) ? draft.committed : value,
});

/** The draft when its text is handed over. Pure. */
export const committedDraft = (value: string, text: string): Draft => ({ text, baseline: value, committed: text });
