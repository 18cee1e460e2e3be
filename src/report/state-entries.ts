/** What layers without softmax attention keep of a prompt, for the report of `attention`. */

import { halfLives, leftOf, type StateTrace, stateNumbers } from '../inference/state-trace.js';
import type { LayerState } from './attention-schema.js';
import { numbersOf } from './vector-sample.js';

/** An entry for each layer. It combines all blocks of the layer that keep a state; the decay is that of the first block. */
export function stateEntries(traces: readonly StateTrace[]): LayerState[] {
  const layers = new Map<number, StateTrace[]>();
  for (const trace of traces) layers.set(trace.layer, [...(layers.get(trace.layer) ?? []), trace]);
  return [...layers.values()].map(entryOf);
}

function entryOf(traces: readonly StateTrace[]): LayerState {
  const { layer, kind, fading, lengths, overwrites } = (traces.find((one) => one.fading !== null) ??
    traces[0]) as StateTrace;
  const parts = traces.flatMap((trace) => trace.parts);
  const numbers = stateNumbers({ parts });
  return {
    ...{ layer, kind, numbers, overwrites },
    parts: parts.map((part) => ({
      kind: part.kind,
      dimensions: [...part.dimensions],
      numbers: stateNumbers({ parts: [part] }),
    })),
    bytes: numbers * Float32Array.BYTES_PER_ELEMENT,
    heads: lengths.length,
    left: fading === null ? null : byHead(leftOf(fading)),
    halfLives: fading === null ? null : numbersOf(halfLives(fading)),
    lengths: numbersOf(lengths),
  };
}

/** Transposes columns into rows. */
function byHead(tokens: readonly Float64Array[]): (number | null)[][] {
  const heads = tokens[0]?.length ?? 0;
  return Array.from({ length: heads }, (_, head) => numbersOf(tokens.map((left) => left[head] as number)));
}
