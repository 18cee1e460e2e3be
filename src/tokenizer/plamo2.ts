/**
 * The tokenizer of PLaMo 2 (llama.cpp's llm_tokenizer_plamo2): it splits a text into the pieces with the largest sum of scores, found from
 * the end; a character that is in no piece is written as its bytes.
 */

import { byteName } from './byte-characters.js';
import type { Encode } from './encoder.js';
import { Prefixes } from './prefixes.js';
import { TOKEN_KINDS, type Vocabulary } from './read-vocabulary.js';
import { TokenizerError } from './tokenizer-error.js';

/** Scores are multiples of 1/10000. A piece with a score at or below the second constant is never used. */
const SCALE = 1e4;
const UNKNOWN_SCORE = -10_000_000;
const UNUSABLE_SCORE = -20_000_000;

/** Throws TokenizerError for a vocabulary without a token for every byte. */
export function plamo2Encoder(vocabulary: Vocabulary): Encode {
  const { pieces } = vocabulary;
  const byteIds = Array.from({ length: 256 }, (_, byte) => {
    const id = vocabulary.idOf(byteName(byte));
    if (id !== undefined) return id;
    throw new TokenizerError('unusable-vocabulary', `its vocabulary has no token ${byteName(byte)}`);
  });
  const scores = vocabulary.scores();
  const scoreOf = (id: number) => {
    const score = scores?.[id] ?? 0;
    return Number.isFinite(score) ? Math.round(Math.fround(score * SCALE)) : UNUSABLE_SCORE;
  };
  const prefixes = new Prefixes(
    pieces.flatMap((piece, id) => (vocabulary.kindOf(id) === TOKEN_KINDS.byte ? [] : [[piece, id] as const])),
  );
  return (text) => bestTokens(text.replace(/^\ufeff/, ''), prefixes, scoreOf, byteIds);
}

function bestTokens(
  text: string,
  prefixes: Prefixes,
  scoreOf: (id: number) => number,
  byteIds: readonly number[],
): number[] {
  /** For each position: the cost to the end, the token to use (null: bytes), and where it ends. */
  const cost: number[] = new Array(text.length + 1).fill(Number.POSITIVE_INFINITY);
  const choice: { id: number | null; end: number }[] = new Array(text.length + 1);
  cost[text.length] = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (isLowSurrogate(text.charCodeAt(at)) && at > 0) continue;
    // A character is written as bytes unless a piece is at least as good; of equally good pieces the longest is used.
    const next = at + ((text.codePointAt(at) as number) > 0xffff ? 2 : 1);
    cost[at] = (cost[next] as number) - UNKNOWN_SCORE;
    choice[at] = { id: null, end: next };
    prefixes.each(text, at, (end, id) => {
      const score = scoreOf(id);
      const total = (cost[end] as number) - score;
      if (score <= UNUSABLE_SCORE || total > (cost[at] as number)) return;
      cost[at] = total;
      choice[at] = { id, end };
    });
  }
  const ids: number[] = [];
  for (let at = 0; at < text.length; ) {
    const { id, end } = choice[at] as { id: number | null; end: number };
    if (id !== null) ids.push(id);
    else for (const byte of Buffer.from(text.slice(at, end))) ids.push(byteIds[byte] as number);
    at = end;
  }
  return ids;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
