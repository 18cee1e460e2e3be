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

/** Columns for the numbers; a cell is empty if its value is not known. */
const VALUE_COLUMNS: typeof COLUMNS = {
  mean: ({ values }) => values?.mean,
  std: ({ values }) => values?.standardDeviation,
  rms: ({ values }) => values?.rms,
  min: ({ values }) => values?.min,
  median: ({ values }) => values?.median,
  max: ({ values }) => values?.max,
  zeros: ({ values }) => values?.zeros,
  nan: ({ values }) => values?.nans,
  infinite: ({ values }) => values?.infinities,
  outliers: ({ values }) => values?.outliers,
};

/** `withValues`: whether the numbers were asked for. */
export function* tensorsCsv(tensors: readonly TensorEntry[], withValues = false): Generator<string, void, void> {
  const table = withValues ? { ...COLUMNS, ...VALUE_COLUMNS } : COLUMNS;
  const columns = Object.values(table);
  yield `${Object.keys(table).join(',')}\r\n`;
  for (const tensor of tensors) yield `${columns.map((column) => field(column(tensor))).join(',')}\r\n`;
}

/** Quotes a field if necessary. A leading apostrophe keeps a spreadsheet from reading the text as a formula. */
function field(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = sanitize(/^[=+\-@]/.test(value) ? `'${value}` : value);
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
