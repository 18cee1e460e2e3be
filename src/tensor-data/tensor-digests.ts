/** Computes the digest of each tensor from chunks in order. Runs in the main thread or a second one. */

import type { Chunk } from './chunks.js';
import type { Digest } from './digests.js';

export class TensorDigests {
  /** In tensor order; complete once all chunks have been taken. */
  readonly texts: string[] = [];
  private readonly makeDigest: () => Digest;
  private open: Digest | undefined;

  constructor(makeDigest: () => Digest) {
    this.makeDigest = makeDigest;
  }

  /** Takes the next chunk; `bytes` are the file's bytes from the chunk's position on. */
  take(bytes: Uint8Array, { pieces }: Chunk): void {
    for (const piece of pieces) {
      this.open ??= this.makeDigest();
      if (piece.bytes > 0) this.open.update(bytes.subarray(piece.at, piece.at + piece.bytes));
      if (!piece.last) continue;
      this.texts.push(this.open.text());
      this.open = undefined;
    }
  }
}
