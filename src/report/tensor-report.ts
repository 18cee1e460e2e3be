/** The report of the command `tensor`: what one tensor, or each row of a pattern, does and how it is stored. */

import { bitsPerWeight, type TensorType } from '../gguf/tensor-types.js';
import { ROLES, type Role } from '../guide/roles.js';
import { TENSOR_TYPE_WORDS } from '../guide/tensor-types.js';
import { foldLayers } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import { selectTensors } from '../model/select.js';
import { fileEntry } from './file-entry.js';
import type { TensorReport, TensorRow } from './schema.js';
import { foldedEntry, tensorEntry } from './tensor-entry.js';

/** `pattern` is a name, a glob, or the name of a folded row. `rows` is empty where nothing matches. */
export function tensorReport(name: string, model: Model, pattern: string): TensorReport {
  const exact = model.tensors.filter((tensor) => tensor.name === pattern);
  const chosen = exact.length > 0 ? exact : selectTensors(model.tensors, { names: [pattern] });
  const allBytes = model.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
  const rows = foldLayers(chosen).map((row): TensorRow => {
    const first = row.members[0] as ModelTensor;
    return {
      row: foldedEntry(row),
      tensors: row.members.map((tensor) => tensorEntry(tensor, model.hyperparameters)),
      role: roleEntry(first),
      types: typeEntries(row.members),
      shareOfBytes: allBytes === 0 ? 0 : row.bytes / allBytes,
    };
  });
  return { schemaVersion: 1, file: fileEntry(name, model.file), rows };
}

function roleEntry({ classified, roleRow }: ModelTensor): TensorRow['role'] {
  const { title, does, formula, kind, operation } = roleRow;
  const of: Role | null = classified.of === null ? null : ROLES[classified.of];
  return { id: classified.role, title, does, formula, kind, operation, ...(of === null ? {} : { of: of.title }) };
}

function typeEntries(members: readonly ModelTensor[]): TensorRow['types'] {
  const types = new Set(members.map(({ type }) => type).filter((type): type is TensorType => type !== undefined));
  return [...types].map((type) => ({
    type: type.name,
    blockElements: type.blockElements,
    blockBytes: type.blockBytes,
    bitsPerWeight: bitsPerWeight(type),
    says: TENSOR_TYPE_WORDS[type.name] ?? null,
  }));
}
