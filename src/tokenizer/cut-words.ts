/**
 * Splits text into words by the rules of a pre-tokenizer. As in llama.cpp (src/unicode.cpp), a rule with classes is not applied to the text
 * but to one sign for each character: ASCII as it is, `\xd1` for any other number, `\xd2` for any other letter, and so on. Every reading
 * has one code unit for each character, so that positions agree between all rules, and no rule can hang on a long run.
 */

import { CLASSES, classOf, isHan, isWhitespace } from './character-classes.js';
import { type Cut, FAR_CASED_LETTERS } from './word-patterns.js';

type Reading = 'classes' | 'han' | 'characters';

/** The sign for white space beyond ASCII. */
const SPACE_SIGN = 0x0b;
const NO_CLASS = 0xd0;

/** For each class its sign, and the ASCII characters that belong to it. */
const SIGNS: Readonly<Record<string, { sign: number; ascii: string }>> = {
  N: { sign: 0xd1, ascii: '0-9' },
  L: { sign: 0xd2, ascii: 'A-Za-z' },
  P: { sign: 0xd3, ascii: '!-#%-*,-/:-;?-@\\[-\\]_\\{\\}' },
  M: { sign: 0xd4, ascii: '' },
  S: { sign: 0xd5, ascii: '$+<->^`|~' },
};

const SIGN_OF_CLASS = new Map<number, number>([
  [CLASSES.number, 0xd1],
  [CLASSES.letter, 0xd2],
  [CLASSES.punctuation, 0xd3],
  [CLASSES.mark, 0xd4],
  [CLASSES.symbol, 0xd5],
]);

/** Signs for Chinese characters in the reading for Kimi K2: letters, and other positions in their blocks. */
const HAN_LETTER = 0xd6;
const HAN_OTHER = 0xd7;

const READERS: Readonly<Record<Reading, (codePoint: number) => number>> = {
  classes: signOf,
  han: (point) => (isHan(point) ? (classOf(point) === CLASSES.letter ? HAN_LETTER : HAN_OTHER) : signOf(point)),
  characters(point) {
    if (point > 0x7f && isWhitespace(point)) return SPACE_SIGN;
    if (point <= 0xffff) return point;
    return FAR_CASED_LETTERS.some(([first, last]) => point >= first && point <= last) ? 0xb5 : 0xffff;
  },
};

function signOf(codePoint: number): number {
  if (codePoint < 0x80) return codePoint;
  if (isWhitespace(codePoint)) return SPACE_SIGN;
  return SIGN_OF_CLASS.get(classOf(codePoint)) ?? NO_CLASS;
}

/** A prepared rule: finds the ends of the parts of a piece of text. */
interface ReadyCut {
  over: Reading;
  ends: (piece: string, found: (end: number) => void) => void;
}

/** Creates a function that splits text, which has no lone surrogates, into words. Concatenated they equal the text. */
export function wordCutter(cuts: readonly Cut[]): (text: string) => string[] {
  const ready = cuts.map(readyCut);
  return (text) => {
    const points = Array.from(text, (character) => character.codePointAt(0) as number);
    const reading = readingsOf(points);
    let ends = [points.length];
    for (const { over, ends: cut } of ready) {
      const all = reading(over);
      const finer: number[] = [];
      let [start, last] = [0, 0];
      for (const end of ends) {
        const from = start;
        cut(all.slice(from, end), (at) => {
          if (from + at > last) {
            last = from + at;
            finer.push(last);
          }
        });
        if (end > last) finer.push(end);
        start = end;
        last = end;
      }
      ends = finer;
    }
    return slices(text, points, ends);
  };
}

/** The readings of a text, each created on first use. */
function readingsOf(points: readonly number[]): (over: Reading) => string {
  const made = new Map<Reading, string>();
  return (over) => {
    let text = made.get(over);
    if (text === undefined) {
      text = points.map((point) => String.fromCharCode(READERS[over](point))).join('');
      made.set(over, text);
    }
    return text;
  };
}

function slices(text: string, points: readonly number[], ends: readonly number[]): string[] {
  const words: string[] = [];
  let [point, start, at] = [0, 0, 0];
  for (const end of ends) {
    for (; point < end; point++) at += (points[point] as number) > 0xffff ? 2 : 1;
    if (at > start) words.push(text.slice(start, at));
    start = at;
  }
  return words;
}

function readyCut(cut: Cut): ReadyCut {
  if (typeof cut === 'string') return RULES[cut];
  const pattern = compiled(cut.pattern, cut.over);
  return {
    over: cut.over,
    ends(piece, found) {
      for (const match of piece.matchAll(pattern)) {
        if (match.index > 0) found(match.index);
        found(match.index + match[0].length);
      }
    },
  };
}

/** The pattern with signs instead of classes, and with C++'s definition of white space. */
function compiled(pattern: string, over: Reading): RegExp {
  let inside = false;
  const signs = pattern.replace(/\\p\{(\w)\}|\\s|\\S|\\.|[[\]]/g, (part, name: string | undefined) => {
    if (part === '[' || part === ']') inside = part === '[';
    const set = name === undefined ? whitespace(part, over) : classSet(name);
    if (set === null) return part;
    return inside ? set : `[${set}]`;
  });
  return new RegExp(signs, 'g');
}

function classSet(name: string): string {
  const { sign, ascii } = SIGNS[name] as { sign: number; ascii: string };
  return `\\x${sign.toString(16)}${ascii}`;
}

function whitespace(part: string, over: Reading): string | null {
  if (over !== 'characters') return null;
  return part === '\\s' ? '\\t-\\r ' : part === '\\S' ? '^\\t-\\r ' : null;
}

const RULES: Readonly<Record<Extract<Cut, string>, ReadyCut>> = {
  /** Groups of three digits from the right; what precedes a number stays with its first group. */
  'groups of digits': {
    over: 'classes',
    ends(piece, found) {
      for (const { index, 0: digits } of piece.matchAll(/[\xd10-9]+/g)) {
        for (let at = digits.length % 3 || 3; at <= digits.length; at += 3) found(index + at);
      }
    },
  },
  /** Splits before every group of three ASCII digits, counted from the right. */
  thousands: {
    over: 'characters',
    ends(piece, found) {
      for (const { index, 0: digits } of piece.matchAll(/[0-9]+/g)) {
        for (let at = digits.length % 3; at < digits.length; at += 3) if (index + at > 0) found(index + at);
      }
    },
  },
  'space at the end': {
    over: 'characters',
    ends(piece, found) {
      let at = piece.length;
      while (at > 0 && /[\t-\r ]/.test(piece[at - 1] as string)) at--;
      if (at > 0) found(at);
    },
  },
};
