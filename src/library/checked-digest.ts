/** The SHA-256 of a checked file, and what it is compared with: the name of its blob, or the digest that the hub states. */

import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { ExpectedDigest } from '../checks/digest.js';
import type { GgufFile } from '../gguf/decode.js';
import type { Found } from '../locate/location.js';
import { openModel } from '../open/open-model.js';
import { digestsOfFiles } from '../tensor-data/file-digests.js';
import type { Watch } from './watch.js';

/** The digest of a file, and the digests that it should have. */
export interface CheckedDigest {
  sha256: string;
  expected: ExpectedDigest[];
}

/** The digests by file; only files that were read for a digest are in it. */
export type DigestsFound = WeakMap<GgufFile, CheckedDigest>;

/** Undefined for a stream, which can be read only once, and for a split model. */
export async function checkedDigest(location: Found, watch: Watch): Promise<CheckedDigest | undefined> {
  if (location.kind === 'stream' || location.kind === 'shards') return undefined;
  const opened = await openModel(location, { data: true });
  try {
    const { size } = opened.file;
    const [one] = await watch({ verb: 'hashed', total: size ?? 0 }, ({ onProgress }) =>
      digestsOfFiles(opened.data, [{ start: 0, end: size }], onProgress),
    );
    return one && { sha256: one.digest, expected: expectedOf(location) };
  } finally {
    await opened.close();
  }
}

/**
 * Blobs are named by their digest: `sha256-…` in Ollama's store; only the digest in the hub's cache, where the model files are links to
 * blobs.
 */
const BLOB = /^(?:sha256[-:])?([\da-f]{64})$/;

function expectedOf(location: Found): ExpectedDigest[] {
  if (location.kind === 'http') {
    const { sha256 } = location.file;
    return sha256 === undefined ? [] : [{ source: location.file.digestFrom, sha256 }];
  }
  if (location.kind !== 'file') return [];
  const [, sha256] = BLOB.exec(basename(realpathSync(location.path))) ?? [];
  return sha256 === undefined ? [] : [{ source: 'the name of its blob', sha256 }];
}
