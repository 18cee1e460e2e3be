/** The tokens of a page as the words of a command that goes on with them: ids, which work with any model, vocabulary or none. */

import type { PromptToken, VectorSample } from '../../report/attention-schema.js';
import { sanitize } from '../sanitize.js';

/** Ids that a command repeats: of a longer text only its beginning. */
const MOST_IDS = 24;

export function promptWords(tokens: readonly Pick<PromptToken, 'id'>[]): string {
  const ids = tokens.slice(0, MOST_IDS).map(({ id }) => id);
  return `--tokens ${ids.join(',')}`;
}

// A token as a label: its text with spaces that can be seen, or its id where there is no text.

export function tokenLabel({ id, piece }: { id: number; piece: PromptToken['piece'] }): string {
  if (piece === null) return `#${id}`;
  return piece === '' ? `(empty, ${id})` : sanitize(piece).replaceAll(' ', '▁');
}

// Vectors of a prompt's tokens in a line each: the first numbers, three digits of each that matter.

/** Tokens whose numbers are shown. */
const MOST_SHOWN = 3;

/** The first few tokens and the last one. */
export function shownTokens(count: number): number[] {
  const first = Array.from({ length: Math.min(count, MOST_SHOWN) }, (_, i) => i);
  return count <= MOST_SHOWN ? first : [...first.slice(0, MOST_SHOWN - 1), count - 1];
}

/** The vector of a token; dots stand for the rest of it. */
export function vectorWords({ first, length }: VectorSample, token: number): string {
  const own = first[token] ?? [];
  const words = own.map((value) => shortNumber(value).padStart(6)).join(' ');
  return length > own.length ? `${words} …` : words;
}

/** What stands for a number that was not finite when it was computed. */
export const NOT_A_NUMBER = 'NaN';

/** Three digits that matter. */
export function shortNumber(value: number | null): string {
  if (value === null) return NOT_A_NUMBER;
  const size = Math.abs(value);
  const text =
    size >= 1e6 || (size > 0 && size < 1e-4)
      ? value.toExponential(1)
      : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
  return text.replace('-', '−');
}

/** A probability. */
export function percent(share: number | null): string {
  if (share === null) return NOT_A_NUMBER;
  return share < 0.0005 ? 'under 0.1 %' : `${(share * 100).toFixed(1)} %`;
}
