/** What was read of the numbers of a row of tensors, for the report of `tensor`. */

import type { Unreadable } from '../words/unreadable.js';
import { jsonNumber } from './json-number.js';
import type { BlockReport, SliceReport, TensorValues } from './tensor-values-schema.js';
import type { ValueStatistics } from './values-schema.js';

/** What the command has read, in the terms of who reads. */
export interface ReadNumbers {
  /** By the place of a tensor in its row. */
  statistics: ReadonlyMap<number, ValueStatistics>;
  left: ReadonlyMap<number, Unreadable>;
  bytes: number;
  all: ValueStatistics | null;
  histogram: { min: number; max: number; counts: readonly number[] } | null;
  first: { tensor: string; values: readonly (number | bigint)[] } | null;
  block: OpenedBlock | null;
}

/** A block that was taken apart, with where it lies. */
export interface OpenedBlock {
  tensor: string;
  offset: number;
  bytes: Uint8Array;
  type: string;
  elements: number;
  fields: readonly {
    name: string;
    offset: number;
    bytes: Uint8Array;
    meaning: string;
    values: readonly (number | bigint)[];
  }[];
  parts: readonly { name: string; each: number; values: readonly number[] }[];
  formula: string | null;
  examples: readonly { index: number; computation: string; value: number }[];
  values: Float32Array;
}

export interface ReadSlice {
  tensor: string;
  /** In ggml's order: the first dimension is the contiguous one. */
  ranges: readonly { from: number; to: number }[];
  values: readonly (number | bigint)[];
}

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
