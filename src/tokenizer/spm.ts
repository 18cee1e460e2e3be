/**
 * SentencePiece's byte-pair encoding as in llama.cpp (llm_tokenizer_spm): of all neighbors that together are a piece, those with the best
 * score are merged, until none are left. Remaining symbols that are not pieces are written as byte tokens.
 */

import { byteName } from './byte-characters.js';
import type { Encode } from './encoder.js';
import { MergeQueue } from './merge-queue.js';
import type { Vocabulary } from './read-vocabulary.js';

/** U+2581, which represents a space in pieces. */
export const SPACE_MARK = '\u2581';

export function spmEncoder(vocabulary: Vocabulary): Encode {
  const scores = vocabulary.scores();
  const scoreOf = (id: number) => {
    const score = scores?.[id] ?? 0;
    // A NaN score would break the order of the queue.
    return Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  };
  const addsSpace = vocabulary.flag('add_space_prefix', true);
  const byteIds = byteTokens(vocabulary);

  return (text, first) => {
    const symbols = Array.from((first && addsSpace ? ' ' : '') + text, (one) => (one === ' ' ? SPACE_MARK : one));
    const ids: number[] = [];
    for (const symbol of merged(symbols, vocabulary, scoreOf)) {
      const id = vocabulary.idOf(symbol);
      if (id !== undefined) ids.push(id);
      else for (const byte of Buffer.from(symbol)) ids.push(byteIds(byte));
    }
    return ids;
  };
}

/** Merges symbols in place; returns the remaining ones. */
function merged(symbols: string[], vocabulary: Vocabulary, scoreOf: (id: number) => number): string[] {
  const queue = new MergeQueue();
  const before = symbols.map((_, i) => i - 1);
  const after = symbols.map((_, i) => (i + 1 < symbols.length ? i + 1 : -1));
  const offer = (left: number, right: number) => {
    if (left < 0 || right < 0) return;
    const together = (symbols[left] as string) + symbols[right];
    const id = vocabulary.idOf(together);
    if (id !== undefined) queue.push({ left, right, length: together.length, score: scoreOf(id) });
  };
  for (let i = 1; i < symbols.length; i++) offer(i - 1, i);
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const { left, right, length } = pair;
    const [a, b] = [symbols[left] as string, symbols[right] as string];
    // One of the two was merged with another symbol since the pair was queued.
    if (a === '' || b === '' || a.length + b.length !== length) continue;
    symbols[left] = a + b;
    symbols[right] = '';
    const next = after[right] as number;
    after[left] = next;
    if (next >= 0) before[next] = left;
    offer(before[left] as number, left);
    offer(left, next);
  }
  return symbols.filter((symbol) => symbol !== '');
}

/** The token of a byte: `<0x0A>`, or the byte as a character, or the unknown token if the vocabulary has neither. */
function byteTokens(vocabulary: Vocabulary): (byte: number) => number {
  return (byte) =>
    vocabulary.idOf(byteName(byte)) ??
    (byte < 0x80 ? vocabulary.idOf(String.fromCharCode(byte)) : undefined) ??
    vocabulary.specialId('unknown') ??
    0;
}
