/** One product of a vector and a matrix, number by number: x, a row of the weights, and their sum. */

import type { Lens } from '../../report/lens-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column } from './columns.js';
import { shortNumber, tokenLabel } from './prompt-words.js';

/** The name of a result, by the role of its matrix. */
const RESULTS: Readonly<Record<string, string>> = {
  'attention-query': 'query',
  'attention-query-down': 'short vector that becomes the query',
  'attention-query-key-value': 'query, key and value',
};

/** Null: no product of the layer can be shown separately. */
export function lensSection(lens: Lens | null, { theme, width }: RenderOptions): string[] {
  const heading = theme.heading('ONE PRODUCT, NUMBER BY NUMBER');
  if (lens === null) {
    const words =
      'The first layer of this model has no product of one vector and one matrix that can be shown separately.';
    return [heading, ...breakText(words, width - 2)];
  }
  return [heading, ...lensLines(lens, { theme, width })];
}

export function lensLines(lens: Lens, { theme, width }: Pick<RenderOptions, 'theme' | 'width'>): string[] {
  const {
    layer,
    token,
    tensor,
    role,
    type,
    inputs,
    outputs,
    ofRows,
    normalized,
    row,
    terms,
    rest,
    sum,
    factor,
    bias,
    result,
  } = lens;
  const part = outputs < ofRows;
  const what = part && role === 'attention-query-key-value' ? 'query' : (RESULTS[role] ?? 'result');
  const vector = normalized
    ? `x is the normalized vector of ${tokenLabel(token)} in layer ${layer}`
    : `x is the vector that this matrix reads for ${tokenLabel(token)} in layer ${layer}`;
  const rowWords = part
    ? `${formatInteger(outputs)} of its ${formatInteger(ofRows)} rows`
    : formatCount(outputs, 'row');
  const before = `${vector}: ${formatCount(inputs, 'number')}. W is ${tensor}: ${rowWords} of ${formatCount(inputs, 'weight')} in ${type}. Row ${formatInteger(row)} of W times x gives the first number of the ${what}:`;
  const number = (value: number | null): Cell => ({ text: shortNumber(value), style: theme.computed });
  const rows: Cell[][] = [
    ['', 'x', '×', `W, row ${formatInteger(row)}`, '=', 'product'].map((text) => ({ text, style: theme.muted })),
    ...terms.map(({ x, weight, product }, i): Cell[] => [
      { text: formatInteger(i), style: theme.muted },
      number(x),
      { text: '×', style: theme.muted },
      { ...number(weight), style: theme.stored },
      { text: '=', style: theme.muted },
      number(product),
    ]),
  ];
  const total = (words: string, value: number | null): Cell[] => [
    { text: '' },
    { text: '' },
    { text: '' },
    { text: words, style: theme.muted },
    { text: '=', style: theme.muted },
    number(value),
  ];
  const left = inputs - terms.length;
  if (left > 0) rows.push(total(`${formatInteger(left)} more`, rest));
  rows.push(total('sum', sum));
  if (factor !== undefined) rows.push(total('× factor', factor));
  if (bias !== undefined) rows.push(total('+ bias', bias));
  if (factor !== undefined || bias !== undefined) rows.push(total('result', result));
  const columns: Column[] = ['right', 'right', 'left', 'right', 'left', 'right'].map((align) => ({
    align: align as Column['align'],
  }));
  return [
    ...breakText(sanitize(before), width - 2),
    ...alignColumns(rows, columns, width - 4).map((line) => `  ${line}`),
    ...breakText(sanitize(after(lens, what)), width - 2),
    `  ${theme.computed(outputWords(lens))}`,
    ...notes(lens).flatMap((note) => breakText(note, width - 2).map(theme.muted)),
  ];
}

function after({ inputs, outputs }: Lens, what: string): string {
  if (outputs === 1) return `W has one row, so this number is the whole ${what}.`;
  return `All ${formatInteger(outputs)} rows give the whole ${what}, in ${formatInteger(inputs * outputs)} multiplications:`;
}

function outputWords({ output, outputs }: Lens): string {
  return `${output.map(shortNumber).join('  ')}${outputs > output.length ? '  …' : ''}`;
}

function notes({ rounded, type }: Lens): string[] {
  if (rounded === null) return [];
  return [`x is rounded to ${rounded} before the product, as llama.cpp does for a matrix in ${type}.`];
}
