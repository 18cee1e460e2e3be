/** A tensor, or a row of equal tensors, for the report. */

import { multiplyAddsPerToken } from '../memory/multiply-adds.js';
import type { FoldedTensor } from '../model/fold.js';
import type { Hyperparameters } from '../model/hyperparameters.js';
import type { ModelTensor } from '../model/model.js';
import type { Shape } from '../model/shape.js';
import { typeName } from '../model/totals.js';
import type { FoldedTensorEntry, ShapeReport, TensorEntry } from './schema.js';

export function tensorEntry(tensor: ModelTensor, hyperparameters: Hyperparameters): TensorEntry {
  const { classified, shard } = tensor;
  // Properties are assigned one by one: a literal with spreads takes the engine several times as long, and every tensor needs an entry.
  const entry = { name: tensor.name, role: classified.role, group: tensor.roleRow.group } as TensorEntry;
  if (classified.of !== null) entry.of = classified.of;
  entry.component = classified.component;
  entry.layer = classified.layer;
  if (classified.expert !== null) entry.expert = classified.expert;
  entry.type = typeName(tensor);
  entry.typeId = tensor.typeId;
  entry.shape = shapeEntry(tensor.shape);
  entry.parameters = tensor.elements;
  entry.bytes = tensor.bytes;
  entry.bytesAre = tensor.bytesAre;
  if (shard !== undefined) entry.shard = shard.number;
  entry.offset = shard?.offset ?? tensor.fileOffset;
  entry.multiplyAdds = multiplyAddsPerToken(tensor, hyperparameters);
  return entry;
}

export function foldedEntry(row: FoldedTensor): FoldedTensorEntry {
  const [first] = row.members;
  const { classified, roleRow, shape } = first as ModelTensor;
  return {
    name: row.name,
    role: classified.role,
    group: roleRow.group,
    component: classified.component,
    layers: row.layers,
    types: row.types,
    shape: shapeEntry(shape),
    count: row.count,
    parameters: row.parameters,
    bytes: row.bytes,
  };
}

export function shapeEntry(shape: Shape): ShapeReport {
  const { stored, ...rest } = shape;
  return { ...rest, ggml: [...shape.ggml], ...(stored && { stored: [...stored] }) };
}
