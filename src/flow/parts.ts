/** The graph of a whole model: one flow for each of its parts, with every tensor in exactly one box. */

import { kindOf } from '../model/kind.js';
import type { Model, ModelTensor } from '../model/model.js';
import { fillsMasks, outputOf } from '../model/output-kind.js';
import { FLOW_PARTS } from '../words/flow-words.js';
import { formatInteger } from '../words/format-quantity.js';
import { makeBox, sumOf } from './box.js';
import type { Box, Part } from './graph.js';
import { attentionWindow, layerSteps } from './layer-kinds.js';
import { endBoxes } from './part-ends.js';

/** Parts in the order in which data meets them; a part that is not listed comes last. */
const ORDER = [
  ...[
    'vision',
    'audio',
    'projector',
    'encoder',
    'text',
    'decoder',
    'next-token-prediction',
    'audio-generator',
    'vocoder',
  ],
  ...['diffusion', 'autoencoder', 'adapter', 'measured', 'not-known'],
];

/** In the order in which data meets them; empty for a file without tensors. */
export function flowParts(model: Model): Part[] {
  const further = furtherLayers(model.tensors);
  const coded = new Set(model.tensors.map(({ classified }) => classified.component));
  const parts = new Map<string, ModelTensor[]>();
  for (const tensor of model.tensors) {
    const part = partOf(tensor, further, coded);
    const list = parts.get(part);
    if (list) list.push(tensor);
    else parts.set(part, [tensor]);
  }
  return [...parts]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .map(([part, tensors]) => flowPart(part, tensors, model, parts));
}

/** The layers for multi-token prediction: those with the tensors that merge the chosen token into the vector. */
function furtherLayers(tensors: readonly ModelTensor[]): Set<number> {
  const layers = tensors
    .filter(({ classified }) => classified.component === 'text' && classified.role.startsWith('next-token-'))
    .flatMap(({ classified }) => classified.layer ?? []);
  return new Set(layers);
}

function partOf(
  { classified, roleRow }: ModelTensor,
  further: ReadonlySet<number>,
  coded: ReadonlySet<string>,
): string {
  const { component, layer, role } = classified;
  if (roleRow.group === 'unknown') return 'not-known';
  if (roleRow.group === 'adapter') return 'adapter';
  if (role.startsWith('importance-')) return 'measured';
  if (component !== 'text') return component;
  if (layer !== null && further.has(layer)) return 'next-token-prediction';
  // In encoder-decoder models the token table serves both: it is shown where it is used first.
  if (coded.has('encoder') && (role === 'token-embedding' || !coded.has('decoder'))) return 'encoder';
  return coded.has('decoder') ? 'decoder' : 'text';
}

function flowPart(
  part: string,
  tensors: readonly ModelTensor[],
  model: Model,
  parts: ReadonlyMap<string, readonly ModelTensor[]>,
): Part {
  const words = FLOW_PARTS[part] ?? { title: part, input: '', result: '' };
  const id = part.replaceAll('-', '_');
  const sums = sumOf(tensors);
  if (part === 'not-known') {
    const box = makeBox(id, 'not-known', tensors, model);
    return { part, title: words.title, width: null, alternating: false, steps: [{ step: 'box', box }], ...sums };
  }
  const { before, after } = endBoxes(
    id,
    tensors.filter(({ classified }) => classified.layer === null),
    model,
  );
  const layered = tensors.filter(({ classified }) => classified.layer !== null);
  const layers = layerSteps(id, layered, model, part === 'text' || part === 'decoder' ? attentionWindow(model) : null);
  const speaks = part === 'text' || part === 'encoder' || part === 'decoder';
  const embedding = model.tensors.find(({ classified }) => classified.role === 'token-embedding');
  // Only a file with the token table starts from tokens; a single layer or an extract does not.
  const starts = !speaks || embedding !== undefined;
  const box = (kind: 'input' | 'result', text: string): Box[] =>
    text === '' || !starts ? [] : [makeBox(`${id}_${kind}`, kind, [], model, { title: text })];
  const again =
    part === 'decoder' && embedding !== undefined && parts.has('encoder') ? [sharedEmbedding(id, model)] : [];
  const output = outputOf(model);
  const tied = speaks && part !== 'encoder' && output.kind === 'tied' ? [tiedOutput(id, output.tensor, model)] : [];
  const at = after.findIndex(({ kind }) => kind === 'output-norm') + 1;
  const ends = [...after.slice(0, at), ...tied, ...after.slice(at)];
  const predicts = ends.some(({ kind }) => kind === 'output');
  const predicted = fillsMasks(model) ? 'the tokens of masked places' : 'next token';
  const result = predicts && speaks ? `probabilities (softmax of the scores) → ${predicted}` : words.result;
  return {
    part,
    title: titleOf(part, words.title, model),
    width: widthOf(part, tensors, embedding, model),
    alternating: layers.length > 1 && layers.some((one) => one.layers.length > 1),
    steps: [
      ...[...box('input', inputOf(words.input, embedding, speaks)), ...again, ...before].map(boxStep),
      ...layers,
      ...[...ends, ...box('result', result)].map(boxStep),
    ],
    ...sums,
  };
}

const boxStep = (box: Box) => ({ step: 'box' as const, box });

function titleOf(part: string, title: string, model: Model): string {
  if (part !== 'text') return title;
  const whole = model.tensors.some(({ classified }) => classified.role === 'token-embedding');
  return whole || (kindOf(model) === 'model' && model.tensors.some(({ classified }) => classified.layer !== null))
    ? title
    : 'Tensors';
}

function inputOf(input: string, embedding: ModelTensor | undefined, speaks: boolean): string {
  const rows = embedding?.dimensions[1];
  return speaks && rows !== undefined && rows > 0 ? `${input}, each 0 … ${formatInteger(rows - 1)}` : input;
}

/** The length of the vectors between layers: that of an embedding, or that of the norms of the layers. */
function widthOf(
  part: string,
  tensors: readonly ModelTensor[],
  embedding: ModelTensor | undefined,
  model: Model,
): number | null {
  if (part === 'adapter' || part === 'measured' || part === 'projector') return null;
  if (['text', 'encoder', 'decoder', 'next-token-prediction'].includes(part)) {
    const norm = tensors.find(({ classified }) => classified.role === 'attention-norm');
    return norm?.dimensions[0] ?? embedding?.dimensions[0] ?? model.hyperparameters.embeddingLength;
  }
  const norm = tensors.find(({ classified }) => classified.role === 'attention-norm');
  return norm?.dimensions[0] ?? null;
}

function tiedOutput(id: string, embedding: ModelTensor, model: Model): Box {
  const rows = embedding.dimensions[1] ?? 0;
  const facts = [`${formatInteger(rows)} scores (logits)`, 'the matrix is the token embedding, used a second time'];
  return makeBox(`${id}_output`, 'output', [], model, { facts });
}

function sharedEmbedding(id: string, model: Model): Box {
  return makeBox(`${id}_embedding`, 'embedding', [], model, { facts: ['the same table as for the encoder'] });
}
