/** Whether a command line asks for JSON. Told from its words alone: the command line itself may be what is wrong. */

/** What was asked for as JSON fails as JSON too. */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, i) => word === '--json' || word === '--format=json' || (word === 'json' && argv[i - 1] === '--format'),
  );
}
