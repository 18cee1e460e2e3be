/** Estimates the work for a prompt before it is done: to choose a way to multiply, and for the progress bar. */

import type { GgufFile } from '../gguf/decode.js';

export interface Work {
  /** Bytes of the matrices that will be read. All experts are counted, because which ones are read is known only during the run. */
  bytes: number;
  multiplications: number;
}

const LAYER = /^(?:(?:enc\.|dec\.)?blk|posnet|convnext)\.(\d+)\.(\w+)/;

/** Whether a matrix of a layer is read before its attention weights are known: all attention matrices except the output. */
const isForScores = (part: string) => part.startsWith('attn_') && part !== 'attn_output';

/** How often the output matrix is read, and the total number of vectors that it is multiplied with. */
export interface Scoring {
  readings: number;
  vectors: number;
}

const SCORED_ONCE: Scoring = { readings: 1, vectors: 1 };

/** The work up to the attention of a layer, or through all layers to the token scores, which the matrix called `output` gives. */
export function workFor(
  file: Pick<GgufFile, 'tensors'>,
  output: string | null,
  { tokens, upTo, scoring = SCORED_ONCE }: { tokens: number; upTo: number | 'end'; scoring?: Scoring | undefined },
): Work {
  let [bytes, multiplications] = [0, 0];
  for (const tensor of file.tensors) {
    const isOutput = tensor.name === output;
    const [, layer, part = ''] = LAYER.exec(tensor.name) ?? [];
    if (isOutput ? upTo !== 'end' : layer === undefined || !isNeeded(Number(layer), part, upTo)) continue;
    bytes += (tensor.bytes ?? 0) * (isOutput ? scoring.readings : 1);
    multiplications += tensor.elements * (isOutput ? scoring.vectors : tokens);
  }
  return { bytes, multiplications };
}

function isNeeded(layer: number, part: string, upTo: number | 'end'): boolean {
  return upTo === 'end' || layer < upTo || (layer === upTo && isForScores(part));
}
