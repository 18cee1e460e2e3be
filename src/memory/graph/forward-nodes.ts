/** The graph of a pass, built from the description of an architecture: input, layers, output. */

import type { Branch, Forward, Step } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import { ruled } from '../../architectures/rules.js';
import { scoreCount } from '../../model/output-kind.js';
import { attentionNodes } from './attention-nodes.js';
import { cycleNodes } from './cycle-nodes.js';
import { feedForwardNodes, type Reads } from './feed-forward-nodes.js';
import {
  add,
  clamp,
  elementwise,
  getRows,
  matrixProduct,
  multiply,
  reshape,
  scale,
  unary,
  view,
} from './graph-nodes.js';
import { emptyTensor, F32, type GraphTensor, I32, inputTensor, UnfitTensors } from './graph-tensor.js';
import { lastOfStreams, readStreams, streamsOf } from './hyper-connection-nodes.js';
import { demandLaidOut, demandLayerLaidOut } from './laid-out.js';
import { latentNodes } from './latent-nodes.js';
import { layerEmbeddingNodes, layerEmbeddingsNodes } from './layer-embedding-nodes.js';
import { bareNorm, isScaled, linear, needed, norm, normWeight, tiedOutput } from './linear-nodes.js';
import type { Pass } from './pass.js';
import { recurrenceNodes } from './recurrence-nodes.js';
import { putAside, residualMix } from './residual-mix-nodes.js';
import { channelMixingNodes } from './time-mixing-nodes.js';

/** Adds the whole pass to its graph. */
export function forwardNodes(pass: Pass, forward: Forward): void {
  demandLaidOut(forward);
  const first = inputNodes(pass, forward);
  const own = ruled(forward.input.layerEmbeddings, pass.at(0));
  if (own) layerEmbeddingsNodes(pass, own.length, first);
  let stream = forward.streams ? streamsOf(pass, first) : first;
  const { layers } = pass.at(0);
  const inLastLayer = !forward.streams && ['last-layer', 'second-step'].includes(pass.habits.picks ?? 'last-layer');
  const layerOf = (index: number, before: GraphTensor) =>
    layerNodes(pass, forward, { at: pass.at(index), first, picks: inLastLayer && index === layers - 1 }, before);
  if (forward.cycles) stream = cycleNodes(pass, forward.cycles, first, layerOf);
  else for (let index = 0; index < layers; index++) stream = layerOf(index, stream);
  outputNodes(pass, forward, stream);
}

function inputNodes(pass: Pass, { input, norm: kind }: Forward): GraphTensor {
  const { graph, tokens, embedding, inputs } = pass;
  const at = pass.at(0);
  const ids = inputTensor(I32, tokens);
  let stream = getRows(needed(pass, 'token_embd.weight'), ids);
  graph.expand(stream);
  // Embeddings may be passed instead of tokens, so their input is always reserved.
  graph.expand(inputTensor(F32, embedding, tokens));
  if (isScaled(ruled(input.scale, at), at)) stream = scale(stream);
  if (input.tokenTypes && pass.weight('token_types.weight'))
    stream = add(stream, view(needed(pass, 'token_types.weight'), [embedding]));
  if (input.positions === 'learned') {
    const rows = getRows(needed(pass, 'position_embd.weight'), inputs.positions());
    stream = input.tokenTypes ? add(rows, stream) : add(stream, rows);
  }
  if (input.norm === undefined) return stream;
  return typeof input.norm === 'string' ? norm(pass, kind, input.norm, stream) : bareNorm(input.norm.bare, stream);
}

interface LayerOfPass {
  at: LayerView;
  /** The input of the first layer. */
  first: GraphTensor;
  /** Whether only the requested rows leave the layer. */
  picks: boolean;
}

interface StepOfLayer {
  at: LayerView;
  layerInput: GraphTensor;
  picks: boolean;
}

function layerNodes(pass: Pass, forward: Forward, { at, first, picks }: LayerOfPass, before: GraphTensor): GraphTensor {
  const layer = forward.layer(at);
  demandLayerLaidOut(layer);
  pass.carried.layer = at.layer;
  let stream = before;
  let layerInput = before;
  for (const [index, step] of layer.steps.entries()) {
    const here = picks && index === (pass.habits.picks === 'second-step' ? 1 : 0);
    stream = stepNodes(pass, forward, step, { at, layerInput, picks: here }, stream);
    if (here) layerInput = getRows(before, pass.inputs.outputRows());
  }
  if (layer.addsInput !== undefined) {
    const input = picks ? getRows(first, pass.inputs.outputRows()) : first;
    stream = add(stream, multiply(input, needed(pass, `${pass.block(at.layer)}.${layer.addsInput}.weight`)));
  }
  const factor = layer.storedOutputScale && pass.weight(`${pass.block(at.layer)}.${layer.storedOutputScale}.weight`);
  if (factor) stream = multiply(stream, factor);
  if (layer.normBehind !== undefined) stream = norm(pass, forward.norm, layer.normBehind, stream);
  return ruled(layer.outputScale, at) === undefined ? stream : scale(stream);
}

/** Drops the rows that are not requested, if this layer drops them. */
type Asked = (x: GraphTensor) => GraphTensor;

/** If rows are picked, only the requested ones continue after the block that mixes tokens. */
function stepNodes(
  pass: Pass,
  forward: Forward,
  step: Step,
  { at, layerInput, picks }: StepOfLayer,
  found: GraphTensor,
): GraphTensor {
  const { embedding, tokens, sequences } = pass;
  const [firstBlock] = step.branches.map(({ block }) => block.kind);
  // RWKV keeps the residual stream split by sequence until its network.
  const split = firstBlock === 'rwkv-6' || firstBlock === 'rwkv-7';
  const flat = (x: GraphTensor) => (x.shape[2] === 1 || split ? x : reshape(x, embedding, tokens));
  const bySequence = split ? reshape(found, embedding, tokens / sequences, sequences) : found;
  const streams =
    step.streams === undefined
      ? undefined
      : readStreams(pass, forward.streams, `${pass.block(at.layer)}.${step.streams}`, found);
  const before = streams ? streams.input : firstBlock === 'channel-mixing' ? bySequence : flat(bySequence);
  const asked: Asked = (x) => (picks ? getRows(x, pass.inputs.outputRows()) : x);
  const normed = new Map<string, GraphTensor>();
  const mixing = step.branches.filter(({ block }) => block.kind !== 'feed-forward');
  const networks = step.branches.filter(({ block }) => block.kind === 'feed-forward');
  const source =
    step.mixesWith === undefined ? before : residualMix(pass, `${pass.block(at.layer)}.${step.mixesWith}`, before);
  const startsAnew = ruled(step.putsAside, at) === true;
  if (startsAnew) putAside(pass, before);
  let stream = source;
  let read = source;
  const resultOf = (branch: Branch): GraphTensor => {
    const from = branch.reads === 'layer-input' ? asked(layerInput) : step.mixesWith === undefined ? stream : source;
    read = readBy(pass, forward, branch, at, from, read, normed);
    return blockNodes(pass, branch, at, read, { layerInput: asked(layerInput), residual: stream }, asked);
  };
  const addedBy = (branch: Branch, result: GraphTensor): GraphTensor => {
    const { post, normKind = forward.norm } = branch;
    const name = typeof post === 'object' ? post.norm : post;
    const normalized = name === undefined ? result : norm(pass, normKind, `${pass.block(at.layer)}.${name}`, result);
    return ruled(branch.scale, at) === undefined ? normalized : scale(normalized);
  };
  const sumOf = (parts: readonly GraphTensor[]): GraphTensor | undefined =>
    parts.length === 0 ? undefined : parts.reduce((sum, next) => add(sum, next));

  let mixed: GraphTensor | undefined;
  if (mixing.length === 1) {
    const [only] = mixing as [Branch];
    const result = resultOf(only);
    mixed = addedBy(only, only.block.kind === 'channel-mixing' ? result : asked(result));
  }
  if (mixing.length > 1) {
    mixed = sumOf(mixing.map((branch) => addedBy(branch, resultOf(branch))));
    mixed = mixed && asked(mixed);
  }
  stream = asked(step.residualIsNormed ? read : flat(before));
  for (const [name, tensor] of normed) normed.set(name, asked(tensor));
  read = mixing.length === 0 ? stream : asked(read);
  const ofNetworks = sumOf(networks.map((branch) => addedBy(branch, resultOf(branch))));
  if (ruled(step.residualScale, at) !== undefined) stream = scale(stream);
  if (pass.habits.streamBetween && mixed && ofNetworks) return add(add(ofNetworks, stream), mixed);
  const order = pass.habits.attentionFirst ? [mixed, ofNetworks] : [ofNetworks, mixed];
  const parts = sumOf(order.filter((part) => part !== undefined)) ?? stream;
  const added =
    step.normOfSum === undefined ? parts : norm(pass, forward.norm, `${pass.block(at.layer)}.${step.normOfSum}`, parts);
  if (startsAnew) return added;
  if (streams) return streams.give(added);
  const { streamFirst } = pass.habits;
  const over =
    firstBlock === 'layer-embedding' ||
    streamFirst === 'both' ||
    streamFirst === (mixing.length > 0 ? 'mixing' : 'network');
  const sum = over ? add(stream, added) : add(added, stream);
  return step.normBehindSum === undefined
    ? sum
    : norm(pass, forward.norm, `${pass.block(at.layer)}.${step.normBehindSum}`, sum);
}

/** The normalized residual stream; branches with the same norm share it. */
function readBy(
  pass: Pass,
  forward: Forward,
  branch: Branch,
  at: LayerView,
  stream: GraphTensor,
  readBefore: GraphTensor,
  normed: Map<string, GraphTensor>,
): GraphTensor {
  if (branch.norm === null) return stream;
  if (branch.bareNorm) return bareNorm(branch.normKind ?? forward.norm, stream);
  const name = `${pass.block(at.layer)}.${branch.norm}`;
  if (!normWeight(pass, name)) return readBefore;
  const known = normed.get(name) ?? norm(pass, branch.normKind ?? forward.norm, name, stream);
  if (!pass.habits.normsEach) normed.set(name, known);
  return known;
}

function blockNodes(
  pass: Pass,
  { block }: Branch,
  at: LayerView,
  x: GraphTensor,
  reads: Reads,
  asked: Asked,
): GraphTensor {
  if (block.kind === 'attention') return attentionNodes(pass, block, at, x);
  if (block.kind === 'latent-attention') return latentNodes(pass, block, at, x);
  if (block.kind === 'feed-forward') return feedForwardNodes(pass, block, at, x, reads);
  if (block.kind === 'channel-mixing') return channelMixingNodes(pass, at, x, asked);
  if (block.kind === 'layer-embedding') return layerEmbeddingNodes(pass, block, at, x);
  if (block.kind === 'linear') return linear(pass, `${pass.block(at.layer)}.${block.tensor}`, x);
  // The nodes of these blocks are not described yet, so the estimate is used.
  switch (block.kind) {
    case 'laurel':
    case 'compressed-attention':
    case 'identity':
    case 'convolutions':
    case 'conv-next':
      throw new UnfitTensors(block.kind);
  }
  return recurrenceNodes(pass, block, at, x);
}

function outputNodes(pass: Pass, { output, norm: kind, streams }: Forward, stream: GraphTensor): void {
  const { graph, inputs, habits } = pass;
  const at = pass.at(0);
  let result = stream;
  if (habits.keeps === 'stream') result.output = true;
  if (output.streams !== undefined) result = lastOfStreams(pass, streams, output.streams, result);
  const mixesWith = ruled(output.mixesWith, at);
  if (mixesWith) result = residualMix(pass, mixesWith, result);
  if (habits.picks === 'before-norm') result = getRows(result, inputs.outputRows());
  if (output.norm !== null) {
    const name = output.bareNorm ? null : (output.norm ?? 'output_norm');
    result = norm(pass, ruled(output.normKind, at) ?? kind, name, result);
  }
  if (habits.keeps === 'normed') result.output = true;
  if (habits.picks === 'behind-norm') result = getRows(result, inputs.outputRows());
  result.output = true;
  if (scoreCount(pass.model) > 0 && !habits.noScores) {
    const scaled = ruled(output.scale, at) !== undefined;
    if (scaled && habits.scalesBefore) result = scale(result);
    result = pass.weight('output.weight')
      ? linear(pass, 'output', result, { bias: !output.ignoresBias })
      : matrixProduct(tiedOutput(pass), result);
    if (scaled && !habits.scalesBefore) result = scale(result);
    if ((ruled(output.cap, at) ?? 0) > 0) result = scale(unary(scale(result)));
    if (output.suppressed) {
      const [from, to] = output.suppressed;
      result = elementwise('SET', result, clamp(emptyTensor(F32, to - from)));
    }
    result.output = true;
  }
  graph.expand(result);
}
