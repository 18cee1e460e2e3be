/** States of fixed size as nodes: how the batch's states are read and written back. */

import type { LayerView } from '../../architectures/layer-view.js';
import { copyTo, getRows, reshape, scaleInPlace, view } from './graph-nodes.js';
import { F32, type GraphTensor, keptTensor } from './graph-tensor.js';
import type { Pass } from './pass.js';

/** Memory for the states of all sequences, `width` numbers each. */
export function stateOf(pass: Pass, width: number): GraphTensor {
  return keptTensor(F32, [width, pass.sequences * (1 + pass.snapshots)], pass.carried.layer);
}

/**
 * The states of the batch's sequences, as rows or as `read` extracts them from all rows. The states of new sequences are cleared first, and
 * the states of other sequences are moved along.
 */
export function statesOfBatch(
  pass: Pass,
  states: GraphTensor,
  read: (rows: GraphTensor, own: GraphTensor) => GraphTensor = getRows,
): GraphTensor {
  const { graph } = pass;
  const { own, others } = pass.inputs.states();
  const width = states.shape[0];
  const rows = reshape(states, width, states.shape[1]);
  graph.expand(scaleInPlace(view(rows, [width])));
  const result = graph.expand(read(rows, own));
  graph.expand(copyTo(getRows(rows, others), view(states, [width, 0], [states.strides[1]])));
  return result;
}

/** Writes back numbers of one state, once for each snapshot to keep. */
export function writeWindow(
  pass: Pass,
  window: GraphTensor,
  states: GraphTensor,
  kept: number,
  channels: number,
  count: number,
): void {
  const { graph, sequences } = pass;
  for (let each = 0; each < count; each++) {
    const last = view(window, [kept, channels, sequences], [window.strides[1], window.strides[2]]);
    graph.expand(copyTo(last, view(states, [kept * channels, sequences], [states.strides[1]])));
  }
}

/** Number of states written for a sequence: the last one, and the earlier ones to keep. */
export function written({ snapshots }: Pass): number {
  return snapshots + 1;
}

export interface SsmNumbers {
  kernel: number;
  inner: number;
  state: number;
  rank: number;
  groups: number;
  /** Number of tokens of each sequence in the batch. */
  each: number;
}

export function ssmNumbers(pass: Pass, at: LayerView): SsmNumbers {
  const number = (key: string) => at.number(`ssm.${key}`) ?? 0;
  return {
    kernel: number('conv_kernel'),
    inner: number('inner_size'),
    state: number('state_size'),
    rank: number('time_step_rank'),
    groups: number('group_count'),
    each: pass.tokens / pass.sequences,
  };
}
