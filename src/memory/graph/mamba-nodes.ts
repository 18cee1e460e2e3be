/** Selective state spaces as nodes: Mamba, Mamba-2, and the form of PLaMo-2. */

import type { LayerView } from '../../architectures/layer-view.js';
import type { Mamba } from '../../architectures/recurrence.js';
import { ruled } from '../../architectures/rules.js';
import {
  add,
  concatenate,
  contiguous,
  copyTo,
  gatedUnit,
  multiply,
  operation,
  permute,
  reshape,
  transpose,
  unary,
  view,
} from './graph-nodes.js';
import { elementCount, F32, type GraphTensor, rowSize } from './graph-tensor.js';
import { linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { ssmNumbers, stateOf, statesOfBatch, writeWindow, written } from './state-nodes.js';

export function mambaNodes(pass: Pass, block: Mamba, at: LayerView, x: GraphTensor): GraphTensor {
  if (block.kind === 'mamba-2') return mamba2(pass, at, x);
  return block.byHead ? mambaByHead(pass, at, x) : mamba(pass, block, at, x);
}

function mamba(pass: Pass, { normed: always }: Mamba, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences } = pass;
  const { kernel, inner, state, rank, each } = ssmNumbers(pass, at);
  const names = `${pass.block(at.layer)}.ssm`;
  const windows = stateOf(pass, (kernel - 1) * inner);
  const states = stateOf(pass, state * inner);
  const before = reshape(statesOfBatch(pass, windows), kernel - 1, inner, sequences);
  const both = linear(pass, `${names}_in`, reshape(x, x.shape[0], each, sequences));
  const half = () => view(both, [inner, each, sequences], [both.strides[1], both.strides[2]]);

  const window = concatenate(before, transpose(half()), 0);
  const last = view(window, [kernel - 1, inner, sequences], [window.strides[1], window.strides[2]]);
  graph.expand(copyTo(last, view(windows, [(kernel - 1) * inner * sequences])));
  let convolved: GraphTensor = operation(
    'SSM_CONV',
    F32,
    [inner, each, sequences],
    window,
    needed(pass, `${names}_conv1d.weight`),
  );
  convolved = unary(add(convolved, needed(pass, `${names}_conv1d.bias`)));

  const numbers = linear(pass, `${names}_x`, convolved);
  const [, b1, b2] = numbers.strides;
  let step: GraphTensor = view(numbers, [rank, each, sequences], [b1, b2]);
  const part = () => view(numbers, [state, 1, each, sequences], [state * numbers.strides[0], b1, b2]);
  let [enters, leaves]: [GraphTensor, GraphTensor] = [part(), part()];
  const normed = pass.weight(`${names}_dt_norm.weight`) !== undefined || ruled(always, at) === true;
  if (normed) {
    step = norm(pass, 'rms', `${names}_dt_norm`, step);
    enters = norm(pass, 'rms', `${names}_b_norm`, enters);
    leaves = norm(pass, 'rms', `${names}_c_norm`, leaves);
  } else {
    step = contiguous(step);
  }
  step = linear(pass, `${names}_dt`, step);
  const heads = reshape(convolved, 1, inner, each, sequences);
  const scanned = statesOfBatch(pass, states, (rows, own) =>
    scan(pass, { states: reshape(rows, state, 1, inner, rows.shape[1]), own, kept: 1 }, [
      heads,
      step,
      needed(pass, `${names}_a`),
      enters,
      leaves,
    ]),
  );
  const end = view(scanned, [state * inner * sequences]);
  graph.expand(copyTo(end, view(states, [state * inner * sequences])));
  let y: GraphTensor = view(scanned, [inner, each, sequences], [heads.strides[2], heads.strides[3]]);
  y = add(y, multiply(convolved, needed(pass, `${names}_d`)));
  y = gatedUnit(contiguous(half()), y);
  const result = linear(pass, `${names}_out`, y);
  return reshape(result, result.shape[0], pass.tokens);
}

/** The scan: what all tokens read, followed by the states to keep. `of` is x, step, decay, B and C. */
function scan(
  { sequences }: Pass,
  { states, own, kept }: { states: GraphTensor; own: GraphTensor; kept: number },
  of: readonly [GraphTensor, ...GraphTensor[]],
): GraphTensor {
  const [a, b, c] = states.shape;
  const size = elementCount(of[0]) + kept * a * b * c * sequences;
  return operation('SSM_SCAN', F32, [size], states, ...of, own);
}

function mamba2(pass: Pass, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences } = pass;
  const { kernel, inner, state, rank: heads, groups, each } = ssmNumbers(pass, at);
  const names = `${pass.block(at.layer)}.ssm`;
  const length = inner / heads;
  const channels = inner + 2 * groups * state;
  const kept = written(pass);
  const windows = stateOf(pass, (kernel - 1) * channels);
  const states = stateOf(pass, state * inner);
  const before = reshape(statesOfBatch(pass, windows), kernel - 1, channels, sequences);
  const projected = linear(pass, `${names}_in`, x);
  const all = reshape(projected, projected.shape[0], each, sequences);
  const [b0, b1, b2] = all.strides;
  const gate = view(all, [length, heads, each, sequences], [length * b0, b1, b2]);
  const mixed = view(all, [channels, each, sequences], [b1, b2]);
  const steps = view(all, [heads, each, sequences], [b1, b2]);

  const window = concatenate(before, transpose(mixed), 0);
  writeWindow(pass, window, windows, kernel - 1, channels, Math.min(each, kept));
  let convolved: GraphTensor = operation(
    'SSM_CONV',
    F32,
    [channels, each, sequences],
    window,
    needed(pass, `${names}_conv1d.weight`),
  );
  const bias = pass.weight(`${names}_conv1d.bias`);
  if (bias) convolved = add(convolved, bias);
  convolved = unary(convolved);

  const [c0, c1, c2] = convolved.strides;
  const values = view(convolved, [length, heads, each, sequences], [length * c0, c1, c2]);
  const part = () => view(convolved, [state, groups, each, sequences], [state * c0, c1, c2]);
  const [enters, leaves] = [part(), part()];
  const step = add(contiguous(steps), needed(pass, `${names}_dt.bias`));
  const scanned = statesOfBatch(pass, states, (rows, own) =>
    scan(pass, { states: reshape(rows, state, length, heads, rows.shape[1]), own, kept }, [
      values,
      step,
      needed(pass, `${names}_a`),
      enters,
      leaves,
    ]),
  );
  const count = Math.min(each, kept);
  const row = rowSize(F32, state * inner);
  const ends = view(scanned, [state * inner, sequences, count], [row, row * sequences]);
  graph.expand(copyTo(ends, view(states, [state * inner, sequences, count], [states.strides[1], row * sequences])));

  const [, v1] = values.strides;
  let y: GraphTensor = view(scanned, [length, heads, each, sequences], [v1, heads * v1, each * heads * v1]);
  y = add(y, multiply(values, needed(pass, `${names}_d`)));
  y = gatedUnit(contiguous(gate), y);
  if (pass.weight(`${names}_norm.weight`)) {
    y = norm(pass, 'rms', `${names}_norm`, reshape(y, inner / groups, groups, each, sequences));
  }
  return linear(pass, `${names}_out`, reshape(y, inner, pass.tokens));
}

/** PLaMo-2: gate and input alternate by head. */
function mambaByHead(pass: Pass, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences } = pass;
  const { kernel, inner, state, rank: heads, groups, each } = ssmNumbers(pass, at);
  const names = `${pass.block(at.layer)}.ssm`;
  const length = inner / heads;
  const windows = stateOf(pass, (kernel - 1) * (inner + 2 * groups * state));
  const states = stateOf(pass, state * inner);
  const before = reshape(statesOfBatch(pass, windows), kernel - 1, inner + 2 * groups * state, sequences);
  const projected = permute(linear(pass, `${names}_in`, reshape(x, x.shape[0], each, sequences)), 0, 2, 1, 3);
  const both = contiguous(projected, 2 * length, heads, each, sequences);
  const half = () => view(both, [length, heads, each, sequences], both.strides.slice(1));
  const input = contiguous(half(), length * heads, each, sequences);
  const gate = half();

  const window = concatenate(before, transpose(input), 0);
  const last = view(window, [kernel - 1, inner, sequences], [window.strides[1], window.strides[2]]);
  graph.expand(copyTo(last, view(windows, [(kernel - 1) * (inner + 2 * groups * state) * sequences])));
  const convolved = unary(
    operation('SSM_CONV', F32, [inner, each, sequences], window, needed(pass, `${names}_conv1d.weight`)),
  );
  const numbers = linear(pass, `${names}_x`, convolved);
  const steps = Math.max(64, Math.floor(pass.embedding / 16));
  const part = (size: number) => view(numbers, [size, each, sequences], [numbers.strides[1], numbers.strides[2]]);
  const enters = norm(pass, 'rms', `${names}_b_norm`, part(state));
  const leaves = norm(pass, 'rms', `${names}_c_norm`, part(state));
  const step = linear(pass, `${names}_dt`, norm(pass, 'rms', `${names}_dt_norm`, part(steps)));
  const size = rowSize(F32, length);
  const strides = [size, size * heads, size * heads * each];
  const values = view(convolved, [length, heads, each, sequences], strides);
  const single = (y: GraphTensor) =>
    view(y, [state, 1, each, sequences], [y.strides[0] * state, y.strides[1], y.strides[2]]);
  const decay = reshape(needed(pass, `${names}_a`), 1, heads);
  const scanned = statesOfBatch(pass, states, (rows, own) =>
    scan(pass, { states: reshape(rows, state, length, heads, rows.shape[1]), own, kept: 1 }, [
      values,
      step,
      decay,
      single(enters),
      single(leaves),
    ]),
  );
  graph.expand(copyTo(view(scanned, [inner * state * sequences]), view(states, [inner * state * sequences])));
  let y: GraphTensor = view(scanned, [length, heads, each, sequences], strides);
  y = add(y, multiply(values, reshape(needed(pass, `${names}_d`), 1, heads)));
  y = gatedUnit(contiguous(gate), y);
  const result = linear(pass, `${names}_out`, view(y, [inner, each, sequences], [y.strides[2], y.strides[3]]));
  return reshape(result, result.shape[0], pass.tokens);
}
