/** Two stacks of layers that take turns over a low and a high vector of each token (`Cycles`), as nodes. */

import type { Cycles } from '../../architectures/forward.js';
import type { ModelNumbers } from '../model-numbers.js';
import { add } from './graph-nodes.js';
import { type GraphTensor, UnfitTensors } from './graph-tensor.js';
import { bareNorm, needed } from './linear-nodes.js';
import type { Pass } from './pass.js';

/** The block number in the tensor names of a layer: the low stack's blocks are stored first, then the high stack's. */
export function cycledBlock(cycles: Cycles, numbers: ModelNumbers): (layer: number) => number {
  const { each, lowRuns } = countsOf(cycles, numbers);
  return (layer) => (layer % each) + (Math.floor(layer / each) % (lowRuns + 1) === lowRuns ? each : 0);
}

export function cycleNodes(
  pass: Pass,
  cycles: Cycles,
  first: GraphTensor,
  layerOf: (index: number, stream: GraphTensor) => GraphTensor,
): GraphTensor {
  const { each, lowRuns, rounds } = countsOf(cycles, pass.numbers);
  if (each * rounds * (lowRuns + 1) !== pass.at(0).layers)
    throw new UnfitTensors('layers are not what the cycles make');
  let index = 0;
  let high = first;
  let low = needed(pass, cycles.firstLow);
  const stackOf = (): GraphTensor => {
    let stream = add(high, low);
    for (let i = 0; i < each; i++) stream = layerOf(index++, stream);
    return bareNorm('rms', stream);
  };
  for (let round = 0; round < rounds; round++) {
    for (let run = 0; run < lowRuns; run++) low = stackOf();
    high = stackOf();
  }
  return high;
}

function countsOf({ layers, cycles, lowRuns }: Cycles, numbers: ModelNumbers) {
  const count = (key: string) => numbers.number(key) ?? 0;
  const counts = { each: count(layers), rounds: count(cycles), lowRuns: count(lowRuns) };
  if (Object.values(counts).some((one) => !(one >= 1))) throw new UnfitTensors('cycles without a count');
  return counts;
}
