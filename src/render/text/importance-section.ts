/**
 * An importance matrix: how strongly each input of each matrix was used while the model read texts. It does not contain weights of a model.
 */

import type { ImportanceReport } from '../../report/explain-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, wrap } from './columns.js';

const MOST_SHAPES = 12;

export function importanceSection(
  { entries, chunkCount, chunkSize, datasets, shapes }: ImportanceReport,
  { width, theme }: RenderOptions,
): string[] {
  const rows = shapes
    .slice(0, MOST_SHAPES)
    .map(({ inputs, matrices, entries: count }): Cell[] => [
      { text: matricesWords(count) },
      { text: `${formatInteger(inputs)} inputs` },
      { text: matrices === 1 ? '' : `each for ${formatInteger(matrices)} experts`, style: theme.muted },
    ]);
  const more = shapes.length - rows.length;
  const chunks = chunkCount === null ? 'not stated' : formatCount(chunkCount, 'chunk');
  const size = chunkSize === null || chunkSize === 0 ? '' : ` of ${formatCount(chunkSize, 'token')}`;
  const names = datasets.length === 0 ? 'not stated' : datasets.map((name) => sanitize(name)).join(', ');
  return [
    `${theme.heading('MEASURED')}  ${theme.muted(`the inputs of ${matricesWords(entries)}, while the model read a text`)}`,
    ...wrap(`Text: ${names}; read: ${chunks}${size}`, width - 2),
    ...alignColumns(rows, [{ align: 'right' }, { align: 'right' }, { align: 'left' }], width - 2),
    ...(more > 0 ? [theme.muted(`and ${formatCount(more, 'more shape')}`)] : []),
    ...wrap(
      'For each input the file has the sum of its squares. llama-quantize --imatrix takes it to keep the weights exact ' +
        'that are multiplied with large inputs. It is not a model, and has no architecture.',
      width - 2,
    ).map(theme.muted),
  ];
}

function matricesWords(count: number): string {
  return count === 1 ? '1 matrix' : `${formatInteger(count)} matrices`;
}
