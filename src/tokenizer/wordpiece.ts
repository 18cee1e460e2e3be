/**
 * WordPiece as in llama.cpp (llm_tokenizer_wpm): text is normalized and split at spaces, punctuation and Chinese characters, and each word
 * is split into the longest pieces from the left. In the file, pieces that begin a word have the prefix `▁`.
 */

import { baseCharacter, CLASSES, classOf, isWhitespace, lowerCase } from './character-classes.js';
import type { Encode } from './encoder.js';
import { Prefixes } from './prefixes.js';
import type { Vocabulary } from './read-vocabulary.js';
import { SPACE_MARK } from './spm.js';

/** BERT's id for unknown words, if the file states none. */
const DEFAULT_UNKNOWN = 100;

export function wordPieceEncoder(vocabulary: Vocabulary): Encode {
  const prefixes = new Prefixes(vocabulary.pieces.map((piece, id) => [piece, id] as const));
  const unknown = vocabulary.specialId('unknown') ?? DEFAULT_UNKNOWN;
  const lower = vocabulary.flag('normalizer.lowercase', true);
  const strip = vocabulary.flag('normalizer.strip_accents', lower);
  return (text) => wordsOf(text, lower, strip).flatMap((word) => piecesOf(SPACE_MARK + word, prefixes) ?? [unknown]);
}

/** The ids of a word; null if a part of it is not a piece. */
function piecesOf(word: string, prefixes: Prefixes): number[] | null {
  const ids: number[] = [];
  for (let at = 0; at < word.length; ) {
    const match = prefixes.longest(word, at);
    if (match === undefined) return null;
    ids.push(match.id);
    at = match.end;
  }
  return ids;
}

function wordsOf(text: string, lower: boolean, strip: boolean): string[] {
  const words: string[] = [];
  let word = '';
  const finish = () => {
    if (word !== '') words.push(word);
    word = '';
  };
  for (const character of text) {
    const given = character.codePointAt(0) as number;
    const point = strip ? baseCharacter(given) : given;
    const kind = classOf(point);
    if (isWhitespace(point)) {
      finish();
      continue;
    }
    if (point === 0 || point === 0xfffd || kind === CLASSES.control || (strip && kind === CLASSES.mark)) continue;
    const written = String.fromCodePoint(lower ? lowerCase(point) : point);
    if (kind === CLASSES.punctuation || (point < 0x7f && kind === CLASSES.symbol) || isChinese(point)) {
      finish();
      words.push(written);
    } else {
      word += written;
    }
  }
  finish();
  return words;
}

/** The blocks that BERT splits into single characters; 2b820 to 2b91f are omitted as in the original. */
const CHINESE: readonly (readonly [number, number])[] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0x2f800, 0x2fa1f],
];

function isChinese(point: number): boolean {
  return point >= 0x3400 && CHINESE.some(([first, last]) => point >= first && point <= last);
}
