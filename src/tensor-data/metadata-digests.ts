/**
 * SHA-256 of metadata: of each entry as it stands in the file (key, type and value), and of all entries whatever their order. How a model is
 * cut into files has no part in them.
 */

import { createHash } from 'node:crypto';
import type { HeaderBytes } from '../gguf/array-items.js';
import type { GgufFile } from '../gguf/decode.js';
import { eachMetadataEntry } from '../gguf/metadata-bytes.js';

export interface MetadataDigests {
  /** Of the lines `digest  key`, sorted: the same for the same entries in any order. */
  digest: string;
  /** In the order of the file; a key that stands there twice is there twice. */
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
