/** Searches for words among the tokens of a vocabulary without decoding it: a token is stored as its length followed by its bytes. */

import type { HeaderBytes } from './array-items.js';
import { type GgufFile, metadataValue } from './decode.js';

/** Bytes searched at a time. */
const READ_AT_ONCE = 1024 * 1024;

/** Which of the words are tokens; undefined for a file without a list of tokens. */
export function findTokens(
  { source }: Pick<HeaderBytes, 'source'>,
  file: GgufFile,
  words: readonly string[],
): Set<string> | undefined {
  const tokens = metadataValue(file, 'tokenizer.ggml.tokens');
  if (typeof tokens !== 'object' || tokens.kind !== 'array' || tokens.itemType !== 'string') return undefined;
  const wanted = words.map((word) => ({ word, bytes: asStored(word, file) }));
  const longest = wanted.reduce((most, { bytes }) => Math.max(most, bytes.length), 0);
  const found = new Set<string>();
  const buffer = Buffer.alloc(Math.min(READ_AT_ONCE, tokens.byteLength) + longest);
  const end = tokens.offset + tokens.byteLength;
  // A word may span two reads, so each begins with the end of the one before.
  for (let at = tokens.offset, kept = 0; at < end; ) {
    const count = source.readAt(buffer, kept, Math.min(buffer.length - kept, end - at), at);
    if (count === 0) break;
    const bytes = buffer.subarray(0, kept + count);
    for (const { word, bytes: stored } of wanted) if (bytes.includes(stored)) found.add(word);
    kept = Math.min(longest, bytes.length);
    buffer.copyWithin(0, bytes.length - kept, bytes.length);
    at += count;
  }
  return found;
}

function asStored(word: string, { version, littleEndian }: GgufFile): Buffer {
  const text = Buffer.from(word);
  const length = Buffer.alloc(version === 1 ? 4 : 8);
  if (version === 1) length[littleEndian ? 'writeUInt32LE' : 'writeUInt32BE'](text.length);
  else length[littleEndian ? 'writeBigUInt64LE' : 'writeBigUInt64BE'](BigInt(text.length));
  return Buffer.concat([length, text]);
}
