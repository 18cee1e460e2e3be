/**
 * Finds further GGUF headers after the first one: in shards that were joined byte by byte, or in a download that started over where it
 * should have resumed. The first header does not mention them.
 */

import { endOfData } from '../gguf/data-end.js';
import { padded } from '../gguf/data-layout.js';
import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';

export interface FurtherHeader {
  /** Byte offset in the file. */
  at: number;
}

/** Magic and version, in either byte order: numbers do not look like this by chance. */
const BEGINNINGS = [1, 2, 3].flatMap((version) => [
  Buffer.from([...Buffer.from('GGUF'), version, 0, 0, 0]),
  Buffer.from([...Buffer.from('GGUF'), 0, 0, 0, version]),
]);
const BEGINNING_BYTES = 8;

/** Bytes that are read at a time. */
const PORTION_BYTES = 1024 * 1024;

/**
 * Looks where a second file is likely to begin: at the end of the data, and at the place from which a whole copy of the model reaches
 * exactly to the end of the file. If it finds nothing there and `everywhere` is set, it searches all bytes.
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

/** Index of the first beginning of a header in the bytes; -1 if there is none. */
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

/** Searches bytes as they arrive. The header at byte 0 does not count, and only the first other one is reported. */
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
