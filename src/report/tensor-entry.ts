/** A tensor, or a row of equal tensors, as the report shows it. */

import { multiplyAddsPerToken } from '../memory/multiply-adds.js';
import type { FoldedTensor } from '../model/fold.js';
import type { Hyperparameters } from '../model/hyperparameters.js';
import type { ModelTensor } from '../model/model.js';
import type { Shape } from '../model/shape.js';
import { typeName } from '../model/totals.js';
import type { FoldedTensorEntry, ShapeReport, TensorEntry } from './schema.js';

export function tensorEntry(tensor: ModelTensor, hyperparameters: Hyperparameters): TensorEntry {
  const { classified } = tensor;
  return {
    name: tensor.name,
    role: classified.role,
    group: tensor.roleRow.group,
    ...(classified.of === null ? {} : { of: classified.of }),
    component: classified.component,
    layer: classified.layer,
    ...(classified.expert === null ? {} : { expert: classified.expert }),
    type: typeName(tensor),
    typeId: tensor.typeId,
    shape: shapeEntry(tensor.shape),
    parameters: tensor.elements,
    bytes: tensor.bytes,
    bytesAre: tensor.bytesAre,
    ...(tensor.shard === undefined ? {} : { shard: tensor.shard.number }),
    offset: tensor.shard?.offset ?? tensor.fileOffset,
    multiplyAdds: multiplyAddsPerToken(tensor, hyperparameters),
  };
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
  return { ...shape, ggml: [...shape.ggml] };
}
