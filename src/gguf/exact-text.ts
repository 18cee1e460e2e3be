/** Keys and names as the exact bytes in the file, for comparisons that must match the reference implementation. */

import type { MetadataEntry } from './metadata.js';
import type { TensorInfo } from './tensor-infos.js';

/** The bytes of a key, with one character (0 to 255) for each byte. */
export function exactKey({ key, rawKey }: MetadataEntry): string {
  return rawKey ?? bytesOf(key);
}

/** The bytes of a tensor name, with one character (0 to 255) for each byte. */
export function exactName({ name, rawName }: TensorInfo): string {
  return rawName ?? bytesOf(name);
}

/** ASCII text, which nearly all names are, needs no encoding. */
function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}
