/** Reads one input with the decoder in this process, from memory and as a stream. Both must end alike, in a header or a GgufError. */

import { decodeHeader, type GgufFile } from '../../src/gguf/decode.js';
import { GgufError } from '../../src/gguf/error.js';
import { decodeAt, decodeStream } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { pieces } from '../support/reading.js';

/** How the reading ended: the code of the error, or `read`. Throws where the input broke the promise. */
export async function examine(bytes: Buffer): Promise<string> {
  const outcome = codeOf(() => decodeAt(memorySource(bytes), decodeHeader));
  const streamed = await decodeStream(pieces(bytes, 997), decodeHeader, bytes.length).then(() => 'read', ggufCode);
  if (outcome !== streamed) throw new Error(`read as ${outcome} from memory and as ${streamed} from a stream`);
  return outcome;
}

function codeOf(read: () => GgufFile): string {
  try {
    read();
    return 'read';
  } catch (error) {
    return ggufCode(error);
  }
}

function ggufCode(error: unknown): string {
  if (error instanceof GgufError) return error.code;
  throw error;
}
