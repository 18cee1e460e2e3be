/**
 * Headers that begin after the own one of a file: of shards that were joined byte by byte, of a download that began anew where it should
 * have gone on. Nothing in the first header tells of them.
 */

import { endOfData } from '../gguf/data-end.js';
import { padded } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';

export interface FurtherHeader {
  /** Bytes from the start of the file. */
  at: number;
}

/** Magic and version, in either byte order: no numbers look like this by chance. */
const BEGINNINGS = [1, 2, 3].flatMap((version) => [
  Buffer.from([...Buffer.from('GGUF'), version, 0, 0, 0]),
  Buffer.from([...Buffer.from('GGUF'), 0, 0, 0, version]),
]);
const BEGINNING_BYTES = 8;

/** Bytes that are read at once. */
const PORTION_BYTES = 1024 * 1024;

/**
 * Looks where a second file can be expected: at the end of the data, and so far from the end of the file that all of it fits. Where that
 * finds nothing and `everywhere` is said, all bytes are read.
 */
export async function furtherHeaders(
  file: GgufFile,
  source: BlockSource,
  everywhere: boolean,
): Promise<FurtherHeader[]> {
  const { size, alignment } = file;
  if (size === undefined) return [];
  const end = endOfData(file);
  const whole = padded(end, alignment);
  const expected = [...new Set([end, whole, size - end, size - whole])].filter((at) => at > 0 && at < size);
  const head = Buffer.alloc(BEGINNING_BYTES);
  const found: number[] = [];
  for (const at of expected.sort((a, b) => a - b)) {
    const count = await source.read(head, at);
    if (count === BEGINNING_BYTES && beginsAt(head) === 0) found.push(at);
  }
  if (found.length === 0 && everywhere) found.push(...(await searched(size, source)));
  return found.map((at) => ({ at }));
}

/** Where the beginning of a header first stands in bytes; -1 where none does. */
function beginsAt(bytes: Buffer): number {
  const places = BEGINNINGS.map((beginning) => bytes.indexOf(beginning)).filter((place) => place >= 0);
  return places.length === 0 ? -1 : Math.min(...places);
}

/** The first place after the beginning of the file. */
async function searched(size: number, source: BlockSource): Promise<number[]> {
  const search = headerSearch();
  const room = Buffer.alloc(PORTION_BYTES);
  for (let at = 0; at < size; at += PORTION_BYTES) {
    const count = await source.read(room, at);
    search.add(room.subarray(0, count));
    if (search.found.length > 0 || count < PORTION_BYTES) break;
  }
  return search.found;
}

/** Searches bytes as they come; the first header, at byte 0, is none of those that are found. Only the first other one is told. */
export function headerSearch(): { found: number[]; add(bytes: Uint8Array): void } {
  const found: number[] = [];
  let passed = 0;
  let tail = Buffer.alloc(0);
  return {
    found,
    add(bytes) {
      if (found.length === 0) {
        const all = Buffer.concat([tail, bytes]);
        const base = passed - tail.length;
        const skipped = base === 0 ? 1 : 0;
        const place = beginsAt(all.subarray(skipped));
        if (place >= 0) found.push(base + skipped + place);
        tail = all.subarray(Math.max(0, all.length - BEGINNING_BYTES + 1));
      }
      passed += bytes.length;
    },
  };
}
