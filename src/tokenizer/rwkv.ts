/** The tokenizer of RWKV (llama.cpp's llm_tokenizer_rwkv): repeatedly takes the longest piece from the left, byte by byte. */

import type { Encode } from './encoder.js';
import { Prefixes } from './prefixes.js';
import type { Vocabulary } from './read-vocabulary.js';

export function rwkvEncoder(vocabulary: Vocabulary): Encode {
  const prefixes = new Prefixes(
    vocabulary.pieces.map((piece, id) => [unescaped(piece).toString('latin1'), id] as const),
  );
  const unknown = vocabulary.specialId('unknown');
  return (text) => {
    // One character for each byte.
    const bytes = Buffer.from(text).toString('latin1');
    const ids: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      const match = prefixes.longest(bytes, at);
      if (match !== undefined) ids.push(match.id);
      else if (unknown !== null) ids.push(unknown);
      at = match?.end ?? at + 1;
    }
    return ids;
  };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r' };

/** The bytes of a piece, which the file spells with escapes such as `\n` and `\x0a`. */
export function unescaped(piece: string): Buffer {
  const parts: Buffer[] = [];
  for (const [part, hex, escaped] of piece.matchAll(/\\x([0-9a-fA-F]{2})|\\(.)|[^\\]+|\\/gsu)) {
    if (hex !== undefined) parts.push(Buffer.from(hex, 'hex'));
    else if (escaped !== undefined) parts.push(Buffer.from(ESCAPES[escaped] ?? escaped));
    else if (part !== '\\') parts.push(Buffer.from(part));
  }
  return Buffer.concat(parts);
}
