/** Gated short convolutions as nodes (LFM2). */

import type { LayerView } from '../../architectures/layer-view.js';
import type { ShortConvolution } from '../../architectures/recurrence.js';
import { concatenate, contiguous, multiply, operation, pad, reshape, transpose, view } from './graph-nodes.js';
import { F32, type GraphTensor } from './graph-tensor.js';
import { linear, needed } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { stateOf, statesOfBatch, writeWindow, written } from './state-nodes.js';

export function shortConvolutionNodes(pass: Pass, block: ShortConvolution, at: LayerView, x: GraphTensor): GraphTensor {
  const { sequences, embedding } = pass;
  const names = `${pass.block(at.layer)}.shortconv`;
  const kept = (at.number('shortconv.l_cache') ?? 1) - 1;
  const each = pass.tokens / sequences;
  const all = linear(pass, `${names}.in_proj`, reshape(x, x.shape[0], each, sequences));
  const width = all.shape[0] / 3;
  const part = () => view(all, [width, each, sequences], [all.strides[1], all.strides[2]]);
  const [first, second, third] = [part(), part(), part()];
  const gated = transpose(multiply(first, third));
  const windows = stateOf(pass, kept * embedding);
  const before = reshape(statesOfBatch(pass, windows), kept, embedding, sequences);
  const window = block.sees === 'all' ? bothSides(before, gated, kept) : concatenate(before, gated, 0);
  writeWindow(pass, window, windows, kept, embedding, block.sees === 'all' ? 1 : Math.min(each, written(pass)));
  const convolved = operation('SSM_CONV', F32, [width, each, sequences], window, needed(pass, `${names}.conv.weight`));
  const y = linear(pass, `${names}.out_proj`, multiply(second, convolved));
  return reshape(y, y.shape[0], pass.tokens);
}

/** The same number of tokens before and after: only the last inputs of the state are needed, and zeros follow at the end. */
function bothSides(before: GraphTensor, input: GraphTensor, kept: number): GraphTensor {
  const side = Math.floor(kept / 2);
  const [, channels, sequences] = before.shape;
  const left = contiguous(view(before, [side, channels, sequences], [before.strides[1], before.strides[2]]));
  return pad(concatenate(left, input, 0), side);
}
