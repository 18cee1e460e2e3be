/**
 * The largest headers that the reader accepts: as many tensors and keys as its limits allow, with names and texts that fill what it keeps,
 * made of characters that every output has to escape. They measure whether the limits of `gguf/limits.ts` serve their purpose.
 */

import {
  KEPT_STRING_BYTES,
  KEPT_TOTAL_BYTES,
  KEPT_TOTAL_ITEMS,
  MAX_ENTRIES,
  MAX_NAME_BYTES,
} from '../../src/gguf/limits.js';
import { type Entry, list, type TensorItem, tensor, text, u32, writeGguf } from './gguf-writer.js';

/** Bytes of each key and name where all of them have the same length; a useful name has at most 63. */
const EACH_NAME = Math.floor(MAX_NAME_BYTES / (2 * MAX_ENTRIES)) - 1;

/** Needs an escape in a terminal, in JSON, HTML, XML, CSV and Markdown; the last character makes V8 keep two bytes for each character. */
const NASTY = '\u0001<&"\'|`\u202e';

/** A small model that the rest is added to, so that every command looks at all of it before it ends. */
const MODEL: readonly Entry[] = [
  text('general.architecture', 'llama'),
  u32('llama.block_count', 4096),
  u32('llama.context_length', 8192),
  u32('llama.embedding_length', 32),
  u32('llama.feed_forward_length', 64),
  u32('llama.attention.head_count', 2),
  u32('llama.attention.head_count_kv', 1),
  text('tokenizer.ggml.model', 'llama'),
];

/** The largest headers, by what each is full of. */
export const LARGEST_HEADERS = {
  /** Names of unknown roles, and texts with characters to escape in keys, names and values. */
  'strange-names': (seed: number) =>
    writeGguf({
      metadata: [
        ...MODEL,
        ...many(MAX_ENTRIES - MODEL.length, (i) =>
          text(
            padded(`${NASTY}key.${seed}.${i}.`, EACH_NAME),
            nasty(Math.floor(KEPT_TOTAL_BYTES / MAX_ENTRIES) - 1, seed),
          ),
        ),
      ],
      tensors: many(MAX_ENTRIES, (i) => tiny(padded(`${NASTY}${seed}.${i}.`, EACH_NAME))),
    }),
  /** Every tensor twice, of unknown types, out of place, with rows that are not whole blocks; arrays in arrays; templates of the greatest length. */
  faults: (seed: number) =>
    writeGguf({
      metadata: [
        ...MODEL,
        ...many(15, (i) => text(`tokenizer.chat_template.t${i}`, template(KEPT_STRING_BYTES - 64, seed + i))),
        ...many(MAX_ENTRIES - MODEL.length - 15, (i) =>
          list(
            padded(`${NASTY}${i >> 1}.`, EACH_NAME),
            'i32',
            many(KEPT_TOTAL_ITEMS / MAX_ENTRIES - 1, (at) => at - seed),
          ),
        ),
      ],
      tensors: many(
        MAX_ENTRIES,
        (i): TensorItem => ({
          name: padded(`blk.${NASTY}${i >> 1}.`, EACH_NAME),
          dimensions: i % 2 === 0 ? [33, 1, 1, 1, 1, 1, 1, 1] : [33, 1, 1, 1, 1, 1, 1],
          type: i % 3 === 0 ? 10_000 + i : 'Q4_0',
          data: 'absent',
          claims: { offset: 7 * i + seed },
        }),
      ),
    }),
} as const;

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

function tiny(name: string): TensorItem {
  return tensor(name, [1], 'F32');
}

/** `start`, padded to this many bytes. */
function padded(start: string, bytes: number): string {
  return start + 'x'.repeat(Math.max(0, bytes - Buffer.byteLength(start)));
}

function nasty(bytes: number, seed: number): string {
  const unit = `${NASTY}${seed}\n`;
  return padded(unit.repeat(Math.floor(bytes / Buffer.byteLength(unit))), bytes);
}

function template(bytes: number, seed: number): string {
  const unit = `{% if x${seed} %}${NASTY}{{ foo(messages[0]['content']) }} https://example.com {% endif %}\n`;
  return padded(unit.repeat(Math.floor(bytes / Buffer.byteLength(unit))), bytes);
}
