/** What was read of the numbers of a row of tensors, for the report of `tensor`. */

import type { OpenedBlock, ReadNumbers, ReadSlice } from '../tensor-data/read-values.js';
import { jsonNumber } from './json-number.js';
import type { BlockReport, SliceReport, TensorValues } from './tensor-values-schema.js';

export function tensorValues(read: ReadNumbers): TensorValues {
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

function blockReport({ bytes, fields, parts, examples, values, ...block }: OpenedBlock): BlockReport {
  return {
    ...{ tensor: block.tensor, offset: block.offset, type: block.type, elements: block.elements, bytes: hex(bytes) },
    fields: fields.map((field) => ({ ...field, bytes: hex(field.bytes), values: field.values.map(jsonNumber) })),
    parts: parts.map(({ name, each, values: items }) => ({ name, each, values: items.map(jsonNumber) })),
    formula: block.formula,
    examples: examples.map((example) => ({ ...example, value: jsonNumber(example.value) })),
    values: Array.from(values, jsonNumber),
  };
}

export function sliceReport({ tensor, ranges, values }: ReadSlice): SliceReport {
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
