/** Whether a command line asks for JSON. Told from its words alone: the command line itself may be what is wrong. */

/** What was asked for as JSON fails as JSON too. Words after `--` are no options. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const options = end === -1 ? argv : argv.slice(0, end);
  return options.some(
    (word, i) => word === '--json' || word === '--format=json' || (word === 'json' && argv[i - 1] === '--format'),
  );
}
