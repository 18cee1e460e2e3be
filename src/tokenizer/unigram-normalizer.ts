/**
 * Normalizes text for a unigram model (llama.cpp's llm_tokenizer_ugm, after SentencePiece): characters are replaced using a table in the
 * file, a compact double array that is walked byte by byte (Kanda, 2018), and spaces become `▁`. Text is a string with one character for
 * each byte.
 */

import type { Prefixes } from './prefixes.js';
import { TokenizerError } from './tokenizer-error.js';

/** `▁` as bytes. */
const SPACE_BYTES = '\xe2\x96\x81';
/** U+FFFD as bytes: replaces a byte that is not part of a character. */
const REPLACEMENT_BYTES = '\xef\xbf\xbd';

export interface SpaceRules {
  addsSpace: boolean;
  mergesSpaces: boolean;
}

/** Creates a normalizer. Throws TokenizerError for a truncated table. */
export function normalizer(
  table: Buffer | null,
  userDefined: Prefixes,
  { addsSpace, mergesSpaces }: SpaceRules,
): (bytes: string) => string {
  const characters = characterMap(table);
  return (bytes) => {
    let text = '';
    let spaceAdded = false;
    let inWord = false;
    for (let at = 0; at < bytes.length; ) {
      const { written, taken } = nextPart(bytes, at, userDefined, characters);
      for (const one of written) {
        if (one === ' ') {
          inWord = false;
          if (!mergesSpaces) text += SPACE_BYTES;
          continue;
        }
        if (!inWord && ((addsSpace && !spaceAdded) || mergesSpaces)) {
          text += SPACE_BYTES;
          spaceAdded = true;
        }
        inWord = true;
        text += one;
      }
      at += taken;
    }
    return text;
  };
}

interface Part {
  written: string;
  /** Number of bytes of the text that it replaces. */
  taken: number;
}

function nextPart(bytes: string, at: number, userDefined: Prefixes, characters: CharacterMap): Part {
  // As in llama.cpp, even the beginning of a user-defined token is left unchanged.
  const left = userDefined.sharedLength(bytes, at);
  if (left > 0) return { written: bytes.slice(at, at + left), taken: left };
  const replaced = characters(bytes, at);
  if (replaced !== null) return replaced;
  const length = characterLength(bytes, at);
  if (length === 0) return { written: REPLACEMENT_BYTES, taken: 1 };
  return { written: bytes.slice(at, at + length), taken: length };
}

/** Bytes of the character at a position; 0 if none begins there, as in the middle of a character. */
function characterLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  const length = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
  for (let i = 1; i < length; i++) if ((bytes.charCodeAt(at + i) & 0xc0) !== 0x80) return 0;
  return length;
}

/** The replacement for the longest sequence at a position that is in the table; null if there is none. */
type CharacterMap = (bytes: string, at: number) => Part | null;

function characterMap(table: Buffer | null): CharacterMap {
  if (table === null || table.length === 0) return () => null;
  const unitsEnd = table.length < 4 ? table.length : 4 + table.readUInt32LE(0);
  if (unitsEnd >= table.length) throw damaged();
  const units = Uint32Array.from({ length: (unitsEnd - 4) >> 2 }, (_, i) => table.readUInt32LE(4 + i * 4));
  const unit = (index: number) => {
    const value = units[index];
    if (value === undefined) throw damaged();
    return value;
  };
  // Layout of a unit: bits 0-7 and 31 are the label, bit 8 marks the end of a sequence, bits 10-30 are the base, in steps of 256 if bit 9
  // is set.
  const base = (value: number) => ((value >>> 10) << ((value & 0x200) >>> 6)) >>> 0;
  const replacement = (offset: number) => {
    const start = unitsEnd + offset;
    const end = table.indexOf(0, start);
    if (start >= table.length || end < 0) throw damaged();
    return table.toString('latin1', start, end);
  };

  return (bytes, at) => {
    let found: Part | null = null;
    let node = base(units[0] ?? 0);
    for (let next = at; next < bytes.length; next++) {
      const byte = bytes.charCodeAt(next);
      if (byte === 0) break;
      node = (node ^ byte) >>> 0;
      const value = unit(node);
      if ((value & 0x800000ff) >>> 0 !== byte) break;
      node = (node ^ base(value)) >>> 0;
      if ((value & 0x100) !== 0) found = { written: replacement(unit(node) & 0x7fffffff), taken: next - at + 1 };
    }
    return found;
  };
}

function damaged(): TokenizerError {
  return new TokenizerError('unusable-vocabulary', 'tokenizer.ggml.precompiled_charsmap is damaged');
}
