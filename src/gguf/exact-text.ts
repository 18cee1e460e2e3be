/** Keys and names as the bytes that they are in the file, for whoever compares them as the reference does. */

import type { MetadataEntry } from './metadata.js';
import type { TensorInfo } from './tensor-infos.js';

/** The bytes of a key, each as the character of that number. */
export function exactKey({ key, rawKey }: MetadataEntry): string {
  return rawKey ?? bytesOf(key);
}

/** The bytes of a tensor name, each as the character of that number. */
export function exactName({ name, rawName }: TensorInfo): string {
  return rawName ?? bytesOf(name);
}

/** Of ASCII, which nearly all names are, nothing has to be encoded. */
function bytesOf(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}
