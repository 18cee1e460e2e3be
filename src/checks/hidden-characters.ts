/**
 * Characters that are invisible to a reader or that control a terminal. A character in a legitimate place (the joiner in an emoji, the
 * variation selector after one, the non-joiner in Persian) does not count.
 */

export type HiddenKind =
  | 'control character'
  | 'bidi control'
  | 'zero-width character'
  | 'tag character'
  | 'private-use character'
  | 'variation selector'
  | 'invisible character';

export interface Hidden {
  /** At most `MOST_COUNTED`. */
  count: number;
  kinds: readonly HiddenKind[];
  /** Index of the first one in the text, in UTF-16 units, and its code point. */
  at: number;
  codePoint: number;
}

/** Most characters that are counted: beyond that, the exact number does not matter. */
export const MOST_COUNTED = 1000;

/** A budget, shared by several texts, for characters that can only be judged by their surroundings. */
export interface Looks {
  /** Characters that may still be looked at. */
  left: number;
  /** Texts for which the budget was too small and in which nothing was found before it ran out. */
  unfinished: number;
}

/** The first pattern that matches decides the kind. */
const KINDS: readonly (readonly [HiddenKind, RegExp])[] = [
  ['control character', /[\u0000-\u001f\u007f-\u009f]/],
  ['bidi control', /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/],
  ['zero-width character', /[\u200b-\u200d\u2060\ufeff]/],
  ['tag character', /[\u{e0000}-\u{e007f}]/u],
  ['variation selector', /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u],
  ['private-use character', /\p{Co}/u],
];

/** All of the above and other invisible characters. Line breaks and tabs are allowed in text of several lines. */
const HIDDEN =
  /\u034f|\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb]|[\u180b-\u180f]|[\ufe00-\ufe0f]|[\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]|\p{Co}/gu;
const LINE_BREAKS = /[\t\n]|\r(?=\n)/g;

const PLAIN = /^[\t\n\x20-\x7e]*$/;
const PLAIN_LINE = /^[\x20-\x7e]*$/;

/** Finds hidden characters in a text of several lines; null if there are none, or none was found within the remaining budget. */
export function hiddenInText(text: string, looks?: Looks): Hidden | null {
  return PLAIN.test(text) ? null : gather(text, text.matchAll(HIDDEN), looks);
}

/** Like `hiddenInText`, for a name, in which line breaks and tabs are not allowed either. */
export function hiddenInName(name: string, looks?: Looks): Hidden | null {
  if (PLAIN_LINE.test(name)) return null;
  return gather(name, name.matchAll(LINE_BREAKS)) ?? gather(name, name.matchAll(HIDDEN), looks);
}

function gather(text: string, matches: Iterable<RegExpMatchArray>, looks?: Looks): Hidden | null {
  const kinds = new Set<HiddenKind>();
  let first: { at: number; codePoint: number } | undefined;
  let count = 0;
  for (const match of matches) {
    const [character] = match;
    const at = match.index as number;
    if (looks !== undefined && --looks.left < 0) {
      if (first === undefined) looks.unfinished++;
      break;
    }
    if (isAtHome(text, at, character)) continue;
    first ??= { at, codePoint: character.codePointAt(0) as number };
    kinds.add(KINDS.find(([, pattern]) => pattern.test(character))?.[0] ?? 'invisible character');
    if (++count === MOST_COUNTED) break;
  }
  return first === undefined ? null : { count, kinds: [...kinds], ...first };
}

/** UTF-16 units before and after a character that are looked at; a family emoji of four with skin tones is shorter. */
const AROUND = 16;

/** Scripts in which joiners shape letters: Arabic and the scripts of India and its neighbors. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Oriya}\p{Script=Sinhala}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{M}]$/u;

function isAtHome(text: string, at: number, character: string): boolean {
  const before = text.slice(Math.max(0, at - AROUND), at);
  const after = text.slice(at + character.length, at + AROUND);
  switch (character) {
    case '\u200c':
      return JOINING.test(before);
    case '\u200d':
      return (
        JOINING.test(before) || (/(?:\p{Emoji}|\ufe0f)$/u.test(before) && /^\p{Extended_Pictographic}/u.test(after))
      );
    case '\ufe0e':
    case '\ufe0f':
      return /\p{Emoji}$/u.test(before);
  }
  // Standardized variants of ideographs and of Mongolian letters.
  if (/[\ufe00-\ufe02\u{e0100}-\u{e01ef}]/u.test(character)) return /\p{Script=Han}$/u.test(before);
  if (/[\u180b-\u180f]/.test(character)) return /\p{Script=Mongolian}$/u.test(before);
  // The flags of England, Scotland and Wales are a black flag followed by the letters of the region as tag characters.
  if (/[\u{e0020}-\u{e007f}]/u.test(character)) return /\u{1f3f4}[\u{e0030}-\u{e007a}]{0,6}$/u.test(before);
  return false;
}
