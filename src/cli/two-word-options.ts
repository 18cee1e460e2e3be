/** Options with two words behind them, which commander does not know: they reach it as one word with a space between the two. */

const TWO_WORDS = ['--header-for'];

/** The words of a command line with those pairs joined. What is one word with a space already stays as it is. */
export function joinTwoWordOptions(argv: readonly string[]): string[] {
  const joined: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] as string;
    if (word === '--') return [...joined, ...argv.slice(i)];
    const [option = '', ...value] = word.split('=');
    if (!TWO_WORDS.includes(option)) {
      joined.push(word);
      continue;
    }
    const first = value.length > 0 ? value.join('=') : argv[++i];
    const second = first === undefined || /\s/.test(first) ? undefined : argv[++i];
    joined.push(option, ...(first === undefined ? [] : [second === undefined ? first : `${first} ${second}`]));
  }
  return joined;
}
