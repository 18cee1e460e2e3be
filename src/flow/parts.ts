/** The way of a token through a model as a diagram: one flow for each part of the model, each tensor in exactly one box. */

import { TRACED_ARCHITECTURES } from '../inference/computed-architectures.js';
import { kindOf } from '../model/kind.js';
import type { Model, ModelTensor } from '../model/model.js';
import { outputOf } from '../model/output-kind.js';
import { modelEntry } from '../report/explain-report.js';
import { fileEntry } from '../report/file-entry.js';
import type { FlowBox, FlowPart, FlowReport } from '../report/flow-schema.js';
import { FLOW_PARTS } from '../words/flow-words.js';
import { formatInteger } from '../words/format-quantity.js';
import { flowBox, sumOf } from './box.js';
import { layerSteps, reachOf } from './layer-kinds.js';
import { endBoxes } from './part-ends.js';

/** The parts in the order in which data meets them; what is in none of them comes last. */
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

/** `name` is what the user typed. */
export function flowReport(name: string, model: Model): FlowReport {
  const parts = flowParts(model);
  const whole = parts.some(
    ({ part, steps: [first] }) => part === 'text' && first?.step === 'box' && first.box.kind === 'input',
  );
  const traced = whole && hasData(model) && TRACED_ARCHITECTURES.includes(model.hyperparameters.architecture ?? '');
  return { schemaVersion: 1, file: fileEntry(name, model.file), model: modelEntry(model), traced, parts };
}

/** Whether the file goes on to the end of its last tensor: a header alone can be drawn, and not be computed with. */
function hasData({ file, tensors }: Model): boolean {
  const { size } = file;
  return size === undefined || tensors.every(({ fileOffset, bytes }) => fileOffset + (bytes ?? 0) <= size);
}

export function flowParts(model: Model): FlowPart[] {
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

/** The layers that predict further tokens than the next: those with the tensors that merge the token just chosen. */
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
  // Of models with an encoder and a decoder the table of tokens serves both: it is shown where it is used first.
  if (coded.has('encoder') && (role === 'token-embedding' || !coded.has('decoder'))) return 'encoder';
  return coded.has('decoder') ? 'decoder' : 'text';
}

function flowPart(
  part: string,
  tensors: readonly ModelTensor[],
  model: Model,
  parts: ReadonlyMap<string, readonly ModelTensor[]>,
): FlowPart {
  const words = FLOW_PARTS[part] ?? { title: part, input: '', result: '' };
  const id = part.replaceAll('-', '_');
  const sums = sumOf(tensors);
  if (part === 'not-known') {
    const box = flowBox(id, 'not-known', tensors, model);
    return { part, title: words.title, width: null, alternating: false, steps: [{ step: 'box', box }], ...sums };
  }
  const { before, behind } = endBoxes(
    id,
    tensors.filter(({ classified }) => classified.layer === null),
    model,
  );
  const layered = tensors.filter(({ classified }) => classified.layer !== null);
  const layers = layerSteps(id, layered, model, part === 'text' || part === 'decoder' ? reachOf(model) : null);
  const speaks = part === 'text' || part === 'encoder' || part === 'decoder';
  const embedding = model.tensors.find(({ classified }) => classified.role === 'token-embedding');
  // Only a file with the table of tokens starts from tokens; a single layer or an extract does not.
  const starts = !speaks || embedding !== undefined;
  const box = (kind: 'input' | 'result', text: string): FlowBox[] =>
    text === '' || !starts ? [] : [flowBox(`${id}_${kind}`, kind, [], model, { title: text })];
  const again =
    part === 'decoder' && embedding !== undefined && parts.has('encoder') ? [sharedEmbedding(id, model)] : [];
  const output = outputOf(model);
  const tied = speaks && part !== 'encoder' && output.kind === 'tied' ? [tiedOutput(id, output.tensor, model)] : [];
  const at = behind.findIndex(({ kind }) => kind === 'output-norm') + 1;
  const ends = [...behind.slice(0, at), ...tied, ...behind.slice(at)];
  const predicts = ends.some(({ kind }) => kind === 'output');
  const result = predicts && speaks ? 'probabilities (softmax of the scores) → next token' : words.result;
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

const boxStep = (box: FlowBox) => ({ step: 'box' as const, box });

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

/** The length of the vectors between layers: that of an embedding, or the one that the norms of the layers have. */
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

function tiedOutput(id: string, embedding: ModelTensor, model: Model): FlowBox {
  const rows = embedding.dimensions[1] ?? 0;
  const facts = [`${formatInteger(rows)} scores (logits)`, 'the matrix is the token embedding, used a second time'];
  return flowBox(`${id}_output`, 'output', [], model, { facts });
}

function sharedEmbedding(id: string, model: Model): FlowBox {
  return flowBox(`${id}_embedding`, 'embedding', [], model, { facts: ['the same table as for the encoder'] });
}
