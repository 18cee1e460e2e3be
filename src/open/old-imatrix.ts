/**
 * Importance matrices as llama.cpp wrote them before it used GGUF for them (common/imatrix-loader.cpp): the number of entries; for each
 * entry the length of its name, the name, the number of chunks in which it occurred, the number of its inputs, and a float for each input;
 * then the total number of chunks, and the name of the text. All numbers have 32 bits.
 */

import type { RandomAccess } from '../io/decode-loop.js';

/** No model has that many matrices; a larger count means that the file is something else. */
const MOST_ENTRIES = 65_536;
const MOST_OF_A_NAME = 4096;

/** Describes the file in words; undefined if it is something else. Skips the numbers of each entry. */
export function oldImatrixWords(source: RandomAccess): { words: string; whole: boolean } | undefined {
  let at = 0;
  const bytes = (count: number): Buffer | null => {
    const room = Buffer.alloc(count);
    const read = source.readAt(room, 0, count, at);
    at += count;
    return read === count ? room : null;
  };
  const number = () => bytes(4)?.readInt32LE(0) ?? null;
  const name = (length: number | null) =>
    length === null || length < 1 || length > MOST_OF_A_NAME ? null : (bytes(length)?.toString('utf8') ?? null);

  const entries = number() ?? 0;
  if (entries < 1 || entries > MOST_ENTRIES) return undefined;
  const inputs = new Map<number, number>();
  for (let done = 0; done < entries; done++) {
    const matrix = name(number());
    const calls = number();
    const length = number();
    if (matrix === null || calls === null || length === null || length < 1 || at + 4 * length > source.size) {
      if (done === 0) return undefined;
      const words = `it ends within entry ${done + 1} of ${entries}, so that llama-quantize refuses it: take a whole copy`;
      return { words, whole: false };
    }
    inputs.set(length, (inputs.get(length) ?? 0) + 1);
    at += 4 * length;
  }
  const shapes = [...inputs].map(([length, count]) => `${count} × ${length}`).join(', ');
  const chunks = number();
  const text = name(number());
  const words = [
    `${entries} entries (matrices × inputs: ${shapes})`,
    ...(chunks === null ? [] : [`${chunks} chunks`]),
    ...(text === null ? [] : [`measured with ${JSON.stringify(text)}`]),
  ].join(', ');
  return { words, whole: true };
}
