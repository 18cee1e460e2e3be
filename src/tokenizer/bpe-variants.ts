/** Two tokenizers built on byte-pair encoding: words separated only by white space, and DNA inside text (llama.cpp, 2026). */

import { bpeEncoder } from './bpe.js';
import { isWhitespace, lowerCase } from './character-classes.js';
import type { Encode } from './encoder.js';
import type { Vocabulary } from './read-vocabulary.js';

/** `whitespace`: white space separates words and is dropped. */
export async function whitespaceEncoder(vocabulary: Vocabulary): Promise<Encode> {
  const encode = await bpeEncoder(vocabulary);
  const lower = vocabulary.flag('normalizer.lowercase', vocabulary.pre !== 'whitespace');
  return (text) => {
    const points = Array.from(text, (character) => character.codePointAt(0) as number);
    const spaced = points.map((point) => {
      if (isWhitespace(point)) return '\n';
      return String.fromCodePoint(lower ? lowerCase(point) : point);
    });
    const words = spaced.join('').split('\n');
    return words.flatMap((word) => (word === '' ? [] : encode(word, true)));
  };
}

const OPEN = '<dna>';
const CLOSE = '</dna>';
/** Number of bases in one token. */
const BASES = 6;
/** In the file, this ends the pieces for bases, which distinguishes the bases `CCCCCC` from the same letters in text. */
const BASES_MARK = '\ue000';

/** `hybriddna`: the part between `<dna>` and `</dna>` is split into tokens of six bases. */
export async function hybridDnaEncoder(vocabulary: Vocabulary): Promise<Encode> {
  const encode = await bpeEncoder(vocabulary);
  const [open, close, unknown] = [OPEN, CLOSE, '<oov>'].map((piece) => vocabulary.idOf(piece));
  if (open === undefined || close === undefined || unknown === undefined) return encode;
  const basesToIds = (bases: string) => {
    const upper = bases.replace(/[a-z]/g, (letter) => letter.toUpperCase());
    const ids: number[] = [];
    for (let at = 0; at < upper.length; at += BASES) {
      const group = upper.slice(at, at + BASES).padEnd(BASES, 'A');
      ids.push(vocabulary.idOf(group + BASES_MARK) ?? unknown);
    }
    return ids;
  };
  return (text, first) => {
    const parts: number[][] = [];
    for (let at = 0; at < text.length; ) {
      const start = text.indexOf(OPEN, at);
      const words = text.slice(at, start < 0 ? text.length : start);
      if (words !== '') parts.push(encode(words, first));
      if (start < 0) break;
      const inside = start + OPEN.length;
      const end = text.indexOf(CLOSE, inside);
      parts.push([open], basesToIds(text.slice(inside, end < 0 ? text.length : end)));
      if (end < 0) break;
      parts.push([close]);
      at = end + CLOSE.length;
    }
    return parts.flat();
  };
}
