/** Tensors as comma-separated values (RFC 4180): a line of names, then one line for each tensor. */

import type { TensorEntry } from '../report/schema.js';
import { sanitize } from './sanitize.js';

const COLUMNS: Readonly<Record<string, (tensor: TensorEntry) => string | number | null | undefined>> = {
  name: ({ name }) => name,
  role: ({ role }) => role,
  group: ({ group }) => group,
  component: ({ component }) => component,
  layer: ({ layer }) => layer,
  type: ({ type }) => type,
  ggml_shape: ({ shape }) => shape.ggml.join('x'),
  in: ({ shape }) => shape.in?.size,
  in_axis: ({ shape }) => shape.in?.axis,
  out: ({ shape }) => shape.out?.size,
  out_axis: ({ shape }) => shape.out?.axis,
  copies: ({ shape }) => shape.copies?.size,
  parameters: ({ parameters }) => parameters,
  bytes: ({ bytes }) => bytes,
  shard: ({ shard }) => shard,
  offset: ({ offset }) => offset,
  multiply_adds: ({ multiplyAdds }) => multiplyAdds,
};

export function* tensorsCsv(tensors: readonly TensorEntry[]): Generator<string, void, void> {
  const columns = Object.values(COLUMNS);
  yield `${Object.keys(COLUMNS).join(',')}\r\n`;
  for (const tensor of tensors) yield `${columns.map((column) => field(column(tensor))).join(',')}\r\n`;
}

/** Quoted where it must be. What a spreadsheet would take for a formula is kept from being one by a leading apostrophe. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = sanitize(/^[=+\-@]/.test(value) ? `'${value}` : value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
