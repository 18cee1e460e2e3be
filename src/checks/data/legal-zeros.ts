/**
 * Zeros that occur in sound models: biases that stayed 0, the second matrix of a new adapter, tokens and experts that were never trained, a
 * layer that was switched off. Any other tensor that is all zeros outputs only zeros.
 */

import { metadataValue } from '../../gguf/decode.js';
import { kindOf } from '../../model/kind.js';
import type { Model, ModelTensor } from '../../model/model.js';
import type { Level } from '../../words/findings.js';
import { isKnownModel, isProjector } from '../applies-to.js';
import type { CheckedStatistics } from './define-value-check.js';
import { bytesOfRow } from './where.js';

/** Roles that write the results of a layer: if all of them are zeros, the layer is switched off, as block expansion does. */
const WRITERS: ReadonlySet<string> = new Set([
  'attention-output',
  'feed-forward-down',
  'expert-down',
  'shared-expert-down',
]);

/** Groups of roles whose matrices and norms a model cannot work without. */
const NEEDED: ReadonlySet<string> = new Set([
  ...['embedding', 'attention', 'feed-forward', 'experts', 'recurrent', 'normalization', 'output'],
  ...['vision', 'audio', 'projector', 'convolution'],
]);

/** Tables with rows for tokens that may never occur in training. */
const TABLES: ReadonlySet<string> = new Set(['token-embedding', 'per-layer-token-embedding', 'output']);

/** Returns a function that gives the severity of a tensor that is all zeros. `zeros` says which tensors of the model are. */
export function gravityOfZeros(model: Model, zeros: (tensor: ModelTensor) => boolean): (tensor: ModelTensor) => Level {
  const isNeededWhole = isKnownModel(model) || isProjector(model);
  const isImatrix = kindOf(model) === 'imatrix';
  let off: ReadonlySet<string> | undefined;
  return (tensor) => {
    const { role } = tensor.classified;
    const { group, kind } = tensor.roleRow;
    if (isBias(tensor) || kind === 'constants' || kind === 'scalar' || isInteger(tensor)) return 'advice';
    if (role === 'adapter-lora-b' || role === 'attention-sinks' || isImatrix) return 'advice';
    if (!isNeededWhole) return isMatrix(tensor) ? 'warning' : 'advice';
    if (role === 'token-type-embedding' || !NEEDED.has(group) || isUntrainedPart(model, tensor)) return 'warning';
    const isNorm = group === 'normalization' || /(?:^|[._])(?:norm\d?|ln\d?)\.weight$/.test(tensor.name);
    if (!isNorm && !isMatrix(tensor)) return 'advice';
    if (group === 'recurrent' && /low-rank|first|rate|lerp|-(?:down|up)$/.test(role)) return 'warning';
    if (!WRITERS.has(role)) return 'error';
    off ??= switchedOff(model, zeros);
    return off.has(layerName(tensor)) ? 'warning' : 'error';
  };
}

/** True for layers for next-token prediction: few programs use them, and some models are published with untrained ones. */
function isUntrainedPart({ file, hyperparameters }: Model, { classified, roleRow }: ModelTensor): boolean {
  if (roleRow.group === 'next-token-prediction') return true;
  const { architecture, blockCount } = hyperparameters;
  const predicting = metadataValue(file, `${architecture}.nextn_predict_layers`);
  if (typeof predicting !== 'number' || blockCount === null || classified.layer === null) return false;
  return classified.layer >= blockCount - predicting;
}

/**
 * Layers in which all tensors that write results are zeros and no other matrix is. If other matrices are zeros too, a part of the file is
 * missing.
 */
function switchedOff({ tensors }: Model, zeros: (tensor: ModelTensor) => boolean): ReadonlySet<string> {
  const layers = new Map<string, { writers: number; isOff: boolean }>();
  for (const tensor of tensors) {
    const isWriter = WRITERS.has(tensor.classified.role);
    if (tensor.classified.layer === null || (!isWriter && !isMatrix(tensor))) continue;
    const name = layerName(tensor);
    const { writers, isOff } = layers.get(name) ?? { writers: 0, isOff: true };
    layers.set(name, { writers: writers + Number(isWriter), isOff: isOff && zeros(tensor) === isWriter });
  }
  return new Set([...layers].flatMap(([name, { writers, isOff }]) => (isOff && writers > 1 ? [name] : [])));
}

function layerName({ classified }: ModelTensor): string {
  return `${classified.component} ${classified.layer}`;
}

export function isBias({ classified, name }: ModelTensor): boolean {
  return classified.role === 'bias' || classified.role.endsWith('-bias') || name.endsWith('.bias');
}

/** True for a matrix or a stack of matrices, false for a vector. */
export function isMatrix({ dimensions }: ModelTensor): boolean {
  return dimensions.filter((size) => size > 1).length > 1;
}

export function isInteger({ type }: ModelTensor): boolean {
  return type?.family === 'integer';
}

/** A table of tokens: any of its rows may be untrained. */
export function isTokenTable({ classified, roleRow }: ModelTensor): boolean {
  return TABLES.has(classified.role) || roleRow.kind === 'lookup table';
}

/** With rows of this many bytes, a hole in the file does not begin and end at row boundaries by coincidence. */
const LONG_ROW = 1024;

/** The share of zero rows in a matrix up to which they may be a few dead outputs. */
export const MANY_ROWS = 1 / 8;

/** Whether zeros in this part of a tensor can occur in a sound model. `from` and `to` are bytes from the start of the tensor. */
export function isLegalPart(model: Model, tensor: ModelTensor, from: number, to: number): boolean {
  const { roleRow, classified, dimensions } = tensor;
  const bytes = tensor.bytes ?? 0;
  if (isBias(tensor) || roleRow.kind === 'constants' || isInteger(tensor) || kindOf(model) === 'imatrix') return true;
  const row = bytesOfRow(tensor);
  if (row === 0 || from % row !== 0 || to % row !== 0) return false;
  const rows = (to - from) / row;
  const share = (to - from) / bytes;
  if (isTokenTable(tensor)) return share <= 1 / 2 && (to === bytes || rows === 1 || row >= LONG_ROW);
  if (classified.role === 'adapter-lora-b') return true;
  const slab = row * (dimensions[1] ?? 1);
  if ((dimensions[2] ?? 1) > 1 && from % slab === 0 && to % slab === 0) return share < 1;
  return share < MANY_ROWS && (to === bytes || row >= LONG_ROW);
}

/** Whether all numbers of a tensor that were read are 0. */
export function isZero(own: CheckedStatistics | undefined): boolean {
  return own !== undefined && own.count > 0 && own.zeros === own.count;
}
