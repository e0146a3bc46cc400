/** What helps where a saved machine does not start. */
export const savedAdvice =
  'Where its saved memory cannot be restored, switch it off: that discards what was saved, and it starts anew.';
