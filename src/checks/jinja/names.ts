/** The names in a template's code: names it assigns, and names it calls as functions. */

import type { Piece, Token } from './jinja-pieces.js';

/** Words of the language that may be followed by a bracket. */
const WORDS: ReadonlySet<string> = new Set([
  ...['and', 'or', 'not', 'in', 'is', 'if', 'elif', 'else', 'for', 'set', 'do', 'recursive', 'call', 'filter', 'with'],
  ...['include', 'import', 'from', 'extends'],
]);

/** All names that the template assigns anywhere. */
export function boundNames(pieces: readonly Piece[]): Set<string> {
  const bound = new Set<string>();
  for (const { kind, tokens } of pieces) {
    if (kind !== 'statement') continue;
    for (const name of boundBy(tokens)) bound.add(name);
  }
  return bound;
}

function boundBy([first, ...rest]: readonly Token[]): string[] {
  const names = (tokens: readonly Token[]) => tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text);
  const until = (text: string) => {
    const end = rest.findIndex((token) => token.kind !== 'string' && token.text === text);
    return end < 0 ? rest : rest.slice(0, end);
  };
  switch (first?.text) {
    case 'set':
      return names(until('='));
    case 'for':
      return names(until('in'));
    case 'macro':
    case 'with':
    case 'import':
    case 'from':
      return names(rest);
    case 'call':
      return rest[0]?.text === '(' ? names(until(')')) : [];
    default:
      return [];
  }
}

/** Names that are called as functions, one entry for each call. Methods, filters and tests do not count. */
export function calledNames(pieces: readonly Piece[]): Token[] {
  return pieces.flatMap(({ kind, tokens }) =>
    tokens.filter((token, i) => {
      const [before, twoBefore] = [tokens[i - 1], tokens[i - 2]];
      if (token.kind !== 'name' || WORDS.has(token.text) || !isOperator(tokens[i + 1], '(')) return false;
      if (isOperator(before, '.') || isOperator(before, '|')) return false;
      if (isName(before, 'is') || (isName(before, 'not') && isName(twoBefore, 'is'))) return false;
      return !(kind === 'statement' && i === 1 && (isName(before, 'macro') || isName(before, 'filter')));
    }),
  );
}

export function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text;
}

export function isName(token: Token | undefined, text: string): boolean {
  return token?.kind === 'name' && token.text === text;
}
