/** The report of the command `tensor`: what one tensor, or each row that matches a pattern, does and how it is stored. */

import { bitsPerWeight, type TensorType } from '../formats/tensor-types.js';
import { type FoldedTensor, foldLayers } from '../model/fold.js';
import type { Model, ModelTensor } from '../model/model.js';
import { selectTensors } from '../model/select.js';
import type { OpenedBlock, ReadNumbers, ReadSlice } from '../tensor-data/read-values.js';
import { ROLES, type Role } from '../words/roles.js';
import { fileEntry } from './file-entry.js';
import { jsonNumber } from './json-number.js';
import type { TensorReport, TensorRow } from './schema.js';
import { foldedEntry, tensorEntry } from './tensor-entry.js';
import type { BlockReport, SliceReport, TensorValues } from './tensor-values-schema.js';
import { type ScannedNumbers, withValues } from './values-entry.js';

/** The tensors of one row, with the data that was read, if any. */
export interface ChosenRow {
  row: FoldedTensor;
  numbers?: ReadNumbers | undefined;
  unread?: TensorRow['numbersUnread'] | undefined;
  slice?: ReadSlice | undefined;
}

/** `pattern` is a name, a glob, or the name of a folded row. Empty if nothing matches. */
export function chosenRows({ tensors }: Model, pattern: string): FoldedTensor[] {
  const exact = tensors.filter((tensor) => tensor.name === pattern);
  return foldLayers(exact.length > 0 ? exact : selectTensors(tensors, { names: [pattern] }));
}

export function tensorReport(name: string, model: Model, chosen: readonly ChosenRow[]): TensorReport {
  return { ...tensorReportHead(name, model), rows: chosen.map(tensorRows(model)) };
}

/** The part of the report before its rows. */
export function tensorReportHead(name: string, model: Model): Omit<TensorReport, 'rows'> {
  return { schemaVersion: 1, file: fileEntry(name, model.file) };
}

/** Returns a function that builds the entry of one row. Rows are built one by one, because there can be as many as tensors. */
export function tensorRows(model: Model): (chosen: ChosenRow) => TensorRow {
  const allBytes = model.tensors.reduce((sum, tensor) => sum + (tensor.bytes ?? 0), 0);
  return ({ row, numbers, unread, slice }) => {
    const entries = row.members.map((tensor) => tensorEntry(tensor, model.hyperparameters));
    return {
      row: foldedEntry(row),
      tensors: numbers === undefined ? entries : withValues(entries, row.members, row.members, scanned(row, numbers)),
      role: roleEntry(row.members[0] as ModelTensor),
      types: typeEntries(row.members),
      shareOfBytes: allBytes === 0 ? 0 : row.bytes / allBytes,
      ...(numbers === undefined ? {} : { numbers: tensorValues(numbers) }),
      ...(unread === undefined ? {} : { numbersUnread: unread }),
      ...(slice === undefined ? {} : { slice: sliceReport(slice) }),
    };
  };
}

/** Statistics for a row: it contains all layers with which its tensors are compared. */
function scanned({ members }: FoldedTensor, { statistics, left, bytes }: ReadNumbers): ScannedNumbers {
  return { statistics: members.map((_, index) => statistics.get(index)), left, complete: true, bytes };
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
    says: type.says,
  }));
}

function tensorValues(read: ReadNumbers): TensorValues {
  const { statistics, bytes, all, histogram, first, block } = read;
  return {
    read: statistics.size,
    bytes,
    statistics: all,
    histogram: histogram && { ...histogram, counts: [...histogram.counts] },
    first: first && { tensor: first.tensor, values: first.values.map(jsonNumber) },
    block: block && blockReport(block),
  };
}

export function blockReport({ bytes, fields, parts, examples, values, ...block }: OpenedBlock): BlockReport {
  return {
    ...{ tensor: block.tensor, offset: block.offset, type: block.type, elements: block.elements, bytes: hex(bytes) },
    fields: fields.map((field) => ({ ...field, bytes: hex(field.bytes), values: field.values.map(jsonNumber) })),
    parts: parts.map(({ name, each, values: items }) => ({ name, each, values: items.map(jsonNumber) })),
    formula: block.formula,
    examples: examples.map((example) => ({ ...example, value: jsonNumber(example.value) })),
    values: Array.from(values, jsonNumber),
  };
}

function sliceReport({ tensor, ranges, values }: ReadSlice): SliceReport {
  const inOrder = [...ranges].reverse();
  return {
    tensor,
    ranges: inOrder.map(({ from, to }) => ({ from, to })),
    shape: inOrder.map(({ from, to }) => to - from),
    values: values.map(jsonNumber),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}
