/** The list of tensors as a table, one line for each row of equal layers, or one for each tensor. */

import Table from 'cli-table3';
import { formatBytes, formatInteger, formatParameters } from '../../report/quantity.js';
import type { FoldedTensorEntry, TensorEntry, TensorsReport } from '../../report/schema.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { cut } from './columns.js';
import { formatRanges } from './layer-ranges.js';
import { shapeWords } from './shape-words.js';
import { PLAIN_TABLE } from './table-style.js';

/** Widths at which a column more has room. */
const WIDTH_FOR_AXES = 118;
const WIDTH_FOR_ROLES = 100;

export function renderTensorTable(report: TensorsReport, fold: boolean, options: RenderOptions): string {
  const { width, theme } = options;
  const rows = fold ? report.folded.map(foldedCells) : report.tensors.map(tensorCells);
  const { selection } = report;
  const sum = `${formatInteger(selection.shown)} of ${formatInteger(selection.all)} tensors, ${formatParameters(selection.parameters)} parameters, ${formatBytes(selection.bytes)}\n`;
  if (rows.length === 0) return sum;

  const axes = width >= WIDTH_FOR_AXES;
  const roles = width >= WIDTH_FOR_ROLES;
  const nameRoom = Math.max(24, width - (axes ? 84 : 50) - (roles ? 22 : 0));
  const table = new Table({
    ...PLAIN_TABLE,
    head: ['tensor', ...(roles ? ['role'] : []), 'in → out', 'type', 'parameters', 'bytes'].map(theme.muted),
    colAligns: ['left', ...(roles ? (['left'] as const) : []), 'left', 'left', 'right', 'right'],
  });
  for (const row of rows) {
    table.push([
      cut(sanitize(row.name), nameRoom),
      ...(roles ? [cut(row.role, 22)] : []),
      cut(shapeWords(row.shape, '', axes ? 'full' : 'brief'), axes ? 46 : 26),
      theme.type(cut(row.types, 20)),
      formatParameters(row.parameters),
      row.bytes === null ? '?' : formatBytes(row.bytes),
    ]);
  }
  const mixed = fold ? report.folded.filter(({ types }) => types.length > 1).flatMap(mixLines) : [];
  return `${table.toString()}\n${[...mixed.map((line) => theme.muted(line)), ''].join('\n')}${sum}`;
}

interface Cells {
  name: string;
  role: string;
  shape: TensorEntry['shape'];
  types: string;
  parameters: number;
  bytes: number | null;
}

function tensorCells(tensor: TensorEntry): Cells {
  return { ...tensor, types: tensor.type };
}

function foldedCells(row: FoldedTensorEntry): Cells {
  const types =
    row.types.length === 1 ? row.types[0]!.type : row.types.map(({ type, count }) => `${type} ×${count}`).join(', ');
  return { ...row, types };
}

/** Which layers have which type, where a row has several. */
function mixLines({ name, types }: FoldedTensorEntry): string[] {
  return [
    `${sanitize(name)}: ${types.map(({ type, layers }) => `${type} in layers ${formatRanges(layers)}`).join('; ')}`,
  ];
}
