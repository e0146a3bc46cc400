const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/**
 * One line for a shell on the host that lets the key sign in as whoever runs it: makes ~/.ssh where it is missing and
 * appends. `publicLine` is a line of authorized_keys. Pure.
 */
export const authorizeKeyCommand = (publicLine: string): string =>
  // In a subshell, so that the umask of the person's own shell stays.
  `(umask 077; mkdir -p ~/.ssh && printf '\\n%s\\n' ${quoted(publicLine)} >> ~/.ssh/authorized_keys)`;
