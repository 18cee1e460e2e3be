/**
 * SHA-256 of metadata: of each entry as stored (key, type and value), and of all entries regardless of order. How a model is split into
 * files does not matter.
 */

import { createHash } from 'node:crypto';
import type { HeaderBytes } from '../gguf/array-items.js';
import type { GgufFile } from '../gguf/decode.js';
import { eachMetadataEntry } from '../gguf/metadata-bytes.js';

export interface MetadataDigests {
  /** Digest of the sorted lines `digest  key`: the same for equal entries in any order. */
  digest: string;
  /** In file order; a repeated key is listed repeatedly. */
  keys: { key: string; digest: string }[];
}

export function metadataDigests(header: Pick<HeaderBytes, 'source'>, file: GgufFile): MetadataDigests {
  const keys: MetadataDigests['keys'] = [];
  let one = createHash('sha256');
  eachMetadataEntry(
    header,
    file,
    (bytes) => void one.update(bytes),
    (key) => {
      keys.push({ key, digest: one.digest('hex') });
      one = createHash('sha256');
    },
  );
  const lines = keys.map(({ key, digest }) => `${digest}  ${key}\n`).sort();
  return { digest: createHash('sha256').update(lines.join('')).digest('hex'), keys };
}
