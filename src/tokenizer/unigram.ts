/**
 * The unigram model (llama.cpp's llm_tokenizer_ugm, after SentencePiece): it splits a text into the pieces with the largest sum of scores.
 * It works on bytes, like the pieces and the normalizer.
 */

import type { Encode } from './encoder.js';
import { Prefixes } from './prefixes.js';
import { TOKEN_KINDS, type Vocabulary } from './read-vocabulary.js';
import { normalizer } from './unigram-normalizer.js';

/** T5's id for unknown text, if the file states none. */
const DEFAULT_UNKNOWN = 2;
/** How much lower than the worst piece's score an unknown character scores. */
const PENALTY = 10;

/** The best split up to a position in the text: its last token, and where that begins. */
interface Best {
  id: number;
  from: number;
  score: number;
}

/** Throws TokenizerError for a damaged character table. */
export function unigramEncoder(vocabulary: Vocabulary): Encode {
  const { pieces } = vocabulary;
  const unknown = vocabulary.specialId('unknown') ?? DEFAULT_UNKNOWN;
  const { normal, userDefined, unused } = TOKEN_KINDS;
  const ofKinds = (...kinds: number[]) =>
    pieces.flatMap((piece, id) =>
      kinds.includes(vocabulary.kindOf(id)) ? [[Buffer.from(piece).toString('latin1'), id] as const] : [],
    );
  const scores = vocabulary.scores();
  let worst = Number.MAX_VALUE;
  for (let id = 0; id < pieces.length; id++) {
    if (vocabulary.kindOf(id) === normal) worst = Math.min(worst, scores?.[id] ?? 0);
  }
  const scoreOf = (id: number) => (vocabulary.kindOf(id) === userDefined ? 0 : (scores?.[id] ?? 0));
  const model = {
    prefixes: new Prefixes(ofKinds(normal, userDefined, unused)),
    scoreOf,
    unknown,
    unknownScore: Math.fround(worst - PENALTY),
  };
  const normalize = normalizer(vocabulary.characterMap(), new Prefixes(ofKinds(userDefined)), {
    addsSpace: vocabulary.flag('add_space_prefix', false),
    mergesSpaces: vocabulary.flag('remove_extra_whitespaces', false),
  });
  return (text) => bestTokens(normalize(Buffer.from(text).toString('latin1')), model);
}

interface Model {
  prefixes: Prefixes;
  scoreOf: (id: number) => number;
  unknown: number;
  unknownScore: number;
}

function bestTokens(bytes: string, { prefixes, scoreOf, unknown, unknownScore }: Model): number[] {
  if (bytes === '') return [];
  const best: (Best | undefined)[] = new Array(bytes.length + 1);
  best[0] = { id: unknown, from: 0, score: 0 };
  const offer = (end: number, id: number, from: number, score: number) => {
    const champion = best[end];
    if (champion === undefined || score > champion.score) best[end] = { id, from, score };
  };
  for (let at = 0; at < bytes.length; ) {
    const length = Math.min(lengthByFirstByte(bytes.charCodeAt(at)), bytes.length - at);
    const score = best[at]?.score ?? -Number.MAX_VALUE;
    let wholeCharacter = false;
    prefixes.each(bytes, at, (end, id) => {
      if (end - at === length) wholeCharacter = true;
      offer(end, id, at, score + scoreOf(id));
    });
    if (!wholeCharacter) offer(at + length, unknown, at, score + unknownScore);
    at += length;
  }
  return backwards(best, bytes.length, unknown);
}

/** The tokens of the best split of the whole text; consecutive unknown tokens are combined. */
function backwards(best: readonly (Best | undefined)[], end: number, unknown: number): number[] {
  const ids: number[] = [];
  for (let at = end; at > 0; ) {
    const { id, from } = best[at] ?? { id: unknown, from: 0 };
    if (id !== unknown || ids.at(-1) !== unknown) ids.push(id);
    at = from;
  }
  return ids.reverse();
}

function lengthByFirstByte(byte: number): number {
  return byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
