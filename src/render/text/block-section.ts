/** One block of a tensor, opened: its bytes, the values packed in them, and how numbers are decoded from it. */

import type { BlockReport } from '../../report/tensor-values-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import { storedWords } from './value-words.js';

/** Most bytes of a field, and most items of an unpacked list. */
const MOST_BYTES = 6;
const MOST_ITEMS = 8;

/** Columns for what a field means, on the narrowest page. */
const LEAST_OF_A_MEANING = 10;
const COLUMNS: readonly Column[] = [
  { align: 'right' },
  { align: 'left', shrinkTo: 6 },
  { align: 'left', shrinkTo: 8 },
  { align: 'left', shrinkTo: 10 },
];

export function blockSection(block: BlockReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { elements, bytes, type, formula } = block;
  const what = `the first of ${sanitize(cut(block.tensor, 60))}: ${formatCount(bytes.length / 2, 'byte')} ${bytes.length === 2 ? 'is' : 'are'} ${formatCount(elements, 'number')} of ${type}`;
  const [first, ...rest] = breakText(what, width - 13);
  return [
    '',
    `${theme.heading('ONE BLOCK')}  ${first}`,
    ...rest.map((line) => `           ${line}`),
    ...fieldLines(block, options),
    ...(formula === null ? [] : ['', ...partLines(block, options), ...exampleLines(block, options)]),
  ];
}

function fieldLines({ fields }: BlockReport, { theme, width }: RenderOptions): string[] {
  const titles = ['byte', 'field', 'in hexadecimal', 'meaning'];
  const texts = fields.map(({ name, offset, bytes, meaning, values }) => [
    ...[formatInteger(offset), name, hexWords(bytes)],
    values.length === 1 ? `${storedWords(values[0] as number)}, ${meaning}` : meaning,
  ]);
  const before = [0, 1, 2].map((i) => Math.max(...[titles, ...texts].map((row) => (row[i] as string).length)) + 2);
  const room = Math.max(LEAST_OF_A_MEANING, width - 2 - before.reduce((sum, each) => sum + each));
  const rows = texts.flatMap(([offset = '', name = '', hex = '', meaning = '']): Cell[][] => {
    const [first = '', ...rest] = wrap(meaning, room);
    const line = [{ text: offset }, { text: name, style: theme.number }, { text: hex }, { text: first }];
    return [line, ...rest.map((text) => [{ text: '' }, { text: '' }, { text: '' }, { text }])];
  });
  return alignColumns([titles.map((text) => ({ text, style: theme.muted })), ...rows], COLUMNS, width - 2);
}

function hexWords(hex: string): string {
  const pairs = hex.match(/../g) ?? [];
  const shown = pairs.slice(0, MOST_BYTES).join(' ');
  return pairs.length > MOST_BYTES ? `${shown} … (${pairs.length})` : shown;
}

/** The lists that are packed in the fields. A value for the whole block is shown with the fields. */
function partLines({ parts, elements }: BlockReport, { theme, width }: RenderOptions): string[] {
  const rows = parts
    .filter(({ values }) => values.length > 1)
    .map(({ name, each, values }): Cell[] => [
      { text: name, style: theme.number },
      { text: `${values.slice(0, MOST_ITEMS).map(storedWords).join(' ')}${values.length > MOST_ITEMS ? ' …' : ''}` },
      {
        text: each === 1 ? `for each of ${formatInteger(elements)} numbers` : `for ${formatInteger(each)} numbers each`,
        style: theme.muted,
      },
    ]);
  return alignColumns(
    rows,
    [{ align: 'left' }, { align: 'left', shrinkTo: 12 }, { align: 'left', shrinkTo: 10 }],
    width - 2,
  );
}

function exampleLines({ formula, examples }: BlockReport, { theme, width }: RenderOptions): string[] {
  const label = Math.max(...examples.map(({ index }) => String(index).length)) + 7;
  return [
    ...wrap(`number = ${formula}`, width - 2),
    ...examples.flatMap(({ index, computation, value }) => {
      const [first, ...rest] = wrap(`${computation} = ${storedWords(value)}`, width - 4 - label);
      const name = `number ${index}`;
      return [
        `${theme.muted(name)}${' '.repeat(label + 2 - name.length)}${first}`,
        ...rest.map((line) => ' '.repeat(label + 2) + line),
      ];
    }),
  ];
}
