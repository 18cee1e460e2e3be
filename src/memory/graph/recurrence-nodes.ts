/** Blocks that carry a state from token to token, as nodes: what they read of their states, and what they write back. */

import type { LayerView } from '../../architectures/layer-view.js';
import type { Mamba, Recurrence, ShortConvolution } from '../../architectures/recurrence.js';
import { ruled } from '../../architectures/rules.js';
import {
  add,
  concatenate,
  contiguous,
  copyTo,
  elementCount,
  F32,
  type GraphTensor,
  gatedUnit,
  getRows,
  multiply,
  operation,
  pad,
  permute,
  repeat,
  reshape,
  rowSize,
  scale,
  scaleInPlace,
  storedTensor,
  transpose,
  unary,
  view,
} from './graph-nodes.js';
import { bareNorm, linear, needed, norm } from './linear-nodes.js';
import type { Pass } from './pass.js';

export function recurrenceNodes(pass: Pass, block: Recurrence, at: LayerView, x: GraphTensor): GraphTensor {
  if (block.kind === 'mamba') return block.byHead ? mambaByHead(pass, at, x) : mamba(pass, block, at, x);
  if (block.kind === 'mamba-2') return mamba2(pass, at, x);
  if (block.kind === 'short-convolution') return shortConvolution(pass, block, at, x);
  return gatedDelta(pass, at, x);
}

/** A place for the states of all sequences: `width` numbers each. */
function stateOf(pass: Pass, width: number): GraphTensor {
  return storedTensor(F32, [width, pass.sequences * (1 + pass.snapshots)]);
}

/**
 * The states of the sequences of the batch, as rows or as `read` makes them of all rows; a state that begins is cleared first, and the
 * states of other sequences are moved along.
 */
function statesOfBatch(
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

/** Numbers of one state written back, once for each snapshot that is kept. */
function writeWindow(
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

/** States of a sequence that are written: the last one, and the earlier ones that are kept. */
function written({ snapshots }: Pass): number {
  return snapshots + 1;
}

interface SsmNumbers {
  kernel: number;
  inner: number;
  state: number;
  rank: number;
  groups: number;
  /** Tokens of each sequence in the batch. */
  each: number;
}

function ssmNumbers(pass: Pass, at: LayerView): SsmNumbers {
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

/** What all tokens read, and behind it the states that are kept: `of` is x, step, decay, B and C. */
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

/** PLaMo-2: gate and input of each head stand in turn. */
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

function shortConvolution(pass: Pass, block: ShortConvolution, at: LayerView, x: GraphTensor): GraphTensor {
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

/** As many tokens before as behind: of the state only the last ones are needed, and zeros stand behind. */
function bothSides(before: GraphTensor, input: GraphTensor, kept: number): GraphTensor {
  const side = Math.floor(kept / 2);
  const [, channels, sequences] = before.shape;
  const left = contiguous(view(before, [side, channels, sequences], [before.strides[1], before.strides[2]]));
  return pad(concatenate(left, input, 0), side);
}

/** The gated delta rule: a matrix for each head, whose rows are corrected by what each token adds. */
export function gatedDelta(pass: Pass, at: LayerView, x: GraphTensor): GraphTensor {
  const { graph, sequences } = pass;
  const { kernel, inner, state: keyLength, rank: valueHeads, groups: keyHeads, each } = ssmNumbers(pass, at);
  const names = `${pass.block(at.layer)}.ssm`;
  const valueLength = inner / valueHeads;
  graph.expand(x);
  const heads: DeltaHeads = { keyHeads, valueHeads, keyLength, valueLength, each, sequences };
  const { mixed, gate } = deltaInputs(pass, at, x, heads);
  const { beta, decay } = deltaRates(pass, at, x, heads);

  const channels = inner + 2 * keyHeads * keyLength;
  const windows = stateOf(pass, (kernel - 1) * channels);
  const states = stateOf(pass, keyLength * inner);
  const before = reshape(statesOfBatch(pass, windows), kernel - 1, channels, sequences);
  const window = concatenate(before, transpose(mixed), 0);
  writeWindow(pass, window, windows, kernel - 1, channels, written(pass));
  const state = reshape(statesOfBatch(pass, states), valueLength, valueLength, valueHeads, sequences);
  const convolved = unary(
    operation('SSM_CONV', F32, [channels, each, sequences], window, needed(pass, `${names}_conv1d.weight`)),
  );
  const row = rowSize(F32, channels);
  const part = (length: number, count: number) =>
    view(convolved, [length, count, each, sequences], [rowSize(F32, length), row, row * each]);
  const keyed = (): GraphTensor => {
    const normed = scale(bareNorm('rms', part(keyLength, keyHeads)));
    if (keyHeads === valueHeads || !pass.weight(`${names}_ba.weight`)) return normed;
    const times = valueHeads / keyHeads;
    const repeated = repeat(
      reshape(normed, keyLength, 1, keyHeads, pass.tokens),
      keyLength,
      times,
      keyHeads,
      pass.tokens,
    );
    return reshape(repeated, keyLength, valueHeads, each, sequences);
  };
  const [query, key] = [keyed(), keyed()];
  const result = deltaRule(pass, states, [query, key, part(valueLength, valueHeads), decay, beta, state], heads);
  const normed = norm(pass, 'rms', `${names}_norm`, result);
  const y = multiply(normed, unary(reshape(gate, valueLength, valueHeads, each, sequences)));
  const out = linear(pass, `${names}_out`, reshape(y, valueLength * valueHeads, each, sequences));
  return reshape(out, out.shape[0], pass.tokens);
}

interface DeltaHeads {
  keyHeads: number;
  valueHeads: number;
  keyLength: number;
  valueLength: number;
  each: number;
  sequences: number;
}

/** Queries, keys and values in one row for each token, and what the result is multiplied with: from two matrices or from one. */
function deltaInputs(
  pass: Pass,
  at: LayerView,
  x: GraphTensor,
  { keyHeads, valueHeads, keyLength, valueLength, each, sequences }: DeltaHeads,
): { mixed: GraphTensor; gate: GraphTensor } {
  const names = `${pass.block(at.layer)}`;
  if (pass.weight(`${names}.attn_qkv.weight`)) {
    const mixed = linear(pass, `${names}.attn_qkv`, x);
    return { mixed: reshape(mixed, mixed.shape[0], each, sequences), gate: linear(pass, `${names}.attn_gate`, x) };
  }
  const all = linear(pass, `${names}.ssm_in`, x);
  const times = valueHeads / keyHeads;
  const grouped = reshape(all, 2 * keyLength + 2 * valueLength * times, keyHeads, each, sequences);
  const [, b1, b2, b3] = grouped.strides;
  const part = (length: number) => view(grouped, [length, keyHeads, each, sequences], [b1, b2, b3]);
  const flat = (of: GraphTensor) => contiguous(of, of.shape[0] * keyHeads, each, sequences);
  const gate = contiguous(part(valueLength * times));
  const keys = concatenate(flat(part(keyLength)), flat(part(keyLength)), 0);
  return { mixed: concatenate(keys, flat(part(valueLength * times)), 0), gate };
}

/** How much each head takes of what a token adds, and how much it forgets. */
function deltaRates(
  pass: Pass,
  at: LayerView,
  x: GraphTensor,
  { keyHeads, valueHeads, each, sequences }: DeltaHeads,
): { beta: GraphTensor; decay: GraphTensor } {
  const names = `${pass.block(at.layer)}.ssm`;
  const perHead = (y: GraphTensor) => reshape(y, 1, valueHeads, each, sequences);
  const decaying = (y: GraphTensor) =>
    perHead(multiply(unary(add(y, needed(pass, `${names}_dt.bias`))), needed(pass, `${names}_a`)));
  if (pass.weight(`${names}_ba.weight`)) {
    const both = linear(pass, `${names}_ba`, x);
    const grouped = reshape(both, (2 * valueHeads) / keyHeads, keyHeads, each, sequences);
    const [, b1, b2, b3] = grouped.strides;
    const half = () => view(grouped, [valueHeads / keyHeads, keyHeads, each, sequences], [b1, b2, b3]);
    const beta = perHead(unary(contiguous(half())));
    return { beta, decay: decaying(contiguous(half(), valueHeads, each, sequences)) };
  }
  const beta = unary(perHead(linear(pass, `${names}_beta`, x)));
  return { beta, decay: decaying(reshape(linear(pass, `${names}_alpha`, x), valueHeads, each, sequences)) };
}

/** One operation gives what all tokens read and the states behind them, which are written back. */
function deltaRule(
  pass: Pass,
  states: GraphTensor,
  sources: readonly GraphTensor[],
  { valueHeads, valueLength, each, sequences }: DeltaHeads,
): GraphTensor {
  const kept = written(pass);
  const width = valueLength * valueHeads;
  const all = operation('GATED_DELTA_NET', F32, [width, each * sequences + kept * valueLength * sequences], ...sources);
  const size = rowSize(F32, valueLength);
  const result = view(
    all,
    [valueLength, valueHeads, each, sequences],
    [size, size * valueHeads, size * valueHeads * each],
  );
  const state = valueLength * width;
  const count = Math.min(each, kept);
  const ends = view(all, [state, sequences, count], [rowSize(F32, state), rowSize(F32, state) * sequences]);
  const places = view(states, [state, sequences, count], [states.strides[1], states.strides[1] * sequences]);
  pass.graph.expand(copyTo(ends, places));
  return result;
}
