/** Says on standard error how far a long measurement is; figures alone go to standard output. */
export const progress = (text: string): void => {
  process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
};
