/** The digest of each tensor, from chunks that come in their order. Runs in the program's own thread or in one beside it. */

import type { Chunk } from './chunks.js';
import type { Digest } from './digests.js';

export class TensorDigests {
  /** In the order of the tensors; complete once all chunks have been taken. */
  readonly texts: string[] = [];
  private readonly makeDigest: () => Digest;
  private open: Digest | undefined;

  constructor(makeDigest: () => Digest) {
    this.makeDigest = makeDigest;
  }

  /** Takes the next chunk; `bytes` are those of the file from its position on. */
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
