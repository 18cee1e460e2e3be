/** `tensor`: what the numbers of a row of tensors look like, or a slice of them. */

import type { TensorRow } from '../../report/schema.js';
import type { Histogram, SliceReport, TensorValues } from '../../report/tensor-values-schema.js';
import type { ValueStatistics } from '../../report/values-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { UNREADABLE } from '../../words/unreadable.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { blockSection } from './block-section.js';
import { wrap } from './columns.js';
import { type Fact, factLines } from './facts.js';
import { outlyingWords, shareWords, storedWords, valueWords } from './value-words.js';

/** Most UTF-16 units of a tensor's name. */
const MOST_OF_A_NAME = 60;

/** `whole`: with the histogram and the block, not only the statistics. */
export function numbersSection(row: TensorRow, whole: boolean, options: RenderOptions): string[] {
  const { numbers, slice } = row;
  if (slice !== undefined) return sliceLines(slice, options);
  if (numbers === undefined) return unreadLines(row, options);
  return [
    ...statisticsLines(row, numbers, whole, options),
    ...(whole && numbers.block ? blockSection(numbers.block, options) : []),
  ];
}

const UNREAD: Readonly<Record<NonNullable<TensorRow['numbersUnread']>, (bytes: string) => string>> = {
  stream: () => 'not read, because that means reading the rest of the stream; --data reads them',
  'far-away': (bytes) => `not read, because that would download ${bytes}; --data reads them`,
  'not-wanted': () => '',
};

function unreadLines({ numbersUnread, row }: TensorRow, options: RenderOptions): string[] {
  const words = numbersUnread === undefined ? '' : UNREAD[numbersUnread](formatBytes(row.bytes));
  if (words === '') return [];
  return headed(words, options);
}

/** A section of one sentence. */
function headed(words: string, { width, theme }: RenderOptions): string[] {
  const [first, ...rest] = wrap(words, width - 11);
  return ['', `${theme.heading('NUMBERS')}  ${first}`, ...rest.map((line) => `         ${line}`)];
}

function statisticsLines(row: TensorRow, numbers: TensorValues, whole: boolean, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { statistics, histogram, first, read } = numbers;
  const left = row.tensors.filter(({ notScanned }) => notScanned !== undefined);
  const reasons = [...new Set(left.map(({ notScanned }) => UNREADABLE[notScanned ?? 'empty'].clause))];
  if (statistics === null && row.tensors.length === 1) return headed(`not read: ${reasons.join(', ')}`, options);
  const leftWords = left.length === 0 ? [] : [`${formatCount(left.length, 'tensor')} not read: ${reasons.join(', ')}`];
  if (statistics === null) return headed(leftWords.join(''), options);
  const whose = row.tensors.length === 1 ? '' : ` of ${formatCount(read, 'tensor')}`;
  const drawn = histogram === null || !whole ? [] : histogramLines(histogram, options);
  return [
    '',
    `${theme.heading('NUMBERS')}  all ${formatInteger(statistics.count)}${whose} were read`,
    ...factLines(factsOf(statistics, row), options),
    ...(drawn.length === 0 ? [] : ['', ...drawn]),
    ...(first === null || !whole || statistics.constant
      ? []
      : [
          '',
          ...factLines(
            [['first', `${first.values.map(storedWords).join('  ')}${more(statistics, first.values)}`]],
            options,
          ),
        ]),
    ...leftWords.flatMap((line) => wrap(line, width - 2)).map(theme.level.warning),
  ];
}

function more({ count }: ValueStatistics, shown: readonly unknown[]): string {
  return count > shown.length ? '  …' : '';
}

function factsOf(statistics: ValueStatistics, { tensors }: TensorRow): Fact[] {
  const { count, zeros, nans, infinities, min, max, mean, standardDeviation, rms, median, outliers, rows, scales } =
    statistics;
  const facts: Fact[] = [];
  if (nans + infinities > 0) {
    const kinds = [
      ...(nans > 0 ? [`${formatInteger(nans)} NaN`] : []),
      ...(infinities > 0 ? [`${formatInteger(infinities)} infinite`] : []),
    ];
    facts.push(['not finite', `${kinds.join(', ')}; not counted below`]);
  }
  if (statistics.constant) return [...facts, ['all', `${valueWords(min)}: every number is the same`]];
  facts.push(
    ['range', `${valueWords(min)} to ${valueWords(max)}, median ${valueWords(median)}`],
    ['mean', `${valueWords(mean)}, standard deviation ${valueWords(standardDeviation)}, RMS ${valueWords(rms)}`],
    ['zeros', zeros === 0 ? 'none' : `${formatInteger(zeros)} (${shareWords(zeros, count)})`],
    [
      'outliers',
      `${outliers === 0 ? 'none' : formatInteger(outliers)} further than 6 standard deviations from the mean`,
    ],
  );
  if (rows.count > tensors.length) {
    const zero = rows.zero === 0 ? '' : `; ${formatInteger(rows.zero)} of zeros`;
    const broken = rows.notFinite === 0 ? '' : `; ${formatInteger(rows.notFinite)} with numbers that are not finite`;
    const lengths = `lengths ${valueWords(rows.shortest)} to ${valueWords(rows.longest)}, median ${valueWords(rows.median)}`;
    facts.push(['rows', `${formatInteger(rows.count)}, ${lengths}${zero}${broken}`]);
  }
  const broken = scales === null ? 0 : scales.nan + scales.infinite;
  if (scales !== null && broken + scales.zero > 0) {
    const words = broken > 0 ? `${formatInteger(broken)} NaN, ` : '';
    facts.push(['scales', `${words}${formatInteger(scales.zero)} zero, of ${formatCount(scales.blocks, 'block')}`]);
  }
  for (const { name, values } of tensors) {
    if (values?.outlying)
      facts.push([
        'stands out',
        `${tensors.length > 1 ? `${sanitize(shorten(name, MOST_OF_A_NAME))}: ` : ''}${outlyingWords(values.outlying)}`,
      ]);
  }
  return facts;
}

// A histogram with columns in eighths of a character, and the range of the numbers below it.

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** Height of the tallest column in lines. */
const HEIGHT = 5;

/** The lines of a histogram; if there is not enough room, bins share columns. */
function histogramLines({ min, max, counts }: Histogram, { width, theme }: RenderOptions): string[] {
  if (min === max) return [];
  const each = Math.ceil(counts.length / Math.max(1, width - 2));
  const columns = Array.from({ length: Math.ceil(counts.length / each) }, (_, i) =>
    counts.slice(i * each, (i + 1) * each).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.max(...columns);
  // Any count above zero shows at least an eighth.
  const heights = columns.map((count) => Math.max(count > 0 ? 1 : 0, Math.round((count / most) * HEIGHT * 8)));
  const lines = Array.from({ length: HEIGHT }, (_, line) => {
    const below = (HEIGHT - 1 - line) * 8;
    const text = heights.map((height) => EIGHTHS[Math.min(8, Math.max(0, height - below))]).join('');
    return theme.stored(text.trimEnd());
  });
  return [...lines, theme.muted(axis(min, max, columns.length))];
}

/** The ends of the range, and a zero between them if there is room for it. */
function axis(min: number, max: number, width: number): string {
  const [left, right] = [valueWords(min), valueWords(max)];
  const gap = ' '.repeat(Math.max(1, width - left.length - right.length));
  const zero = Math.round((width * -min) / (max - min)) - left.length;
  const marked = min < 0 && max > 0 && zero > 0 && zero < gap.length - 1;
  return left + (marked ? `${gap.slice(0, zero)}0${gap.slice(zero + 1)}` : gap) + right;
}

// `tensor --slice`: the numbers of a slice row by row.

/** The numbers of a slice row by row, each with its place in PyTorch's order. */
function sliceLines({ ranges, shape, values }: SliceReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const across = shape.at(-1) ?? 1;
  const inRow = ranges.at(-1);
  const words = values.map(storedWords);
  const longest = Math.max(...words.map(({ length }) => length));
  const range = across === 1 ? String(inRow?.from ?? 0) : `${inRow?.from}:${inRow?.to}`;
  const lines = [
    '',
    `${theme.heading('SLICE')}  ${wrap(`[${shape.map(formatInteger).join(', ')}] in PyTorch's order`, width - 9)[0]}`,
  ];
  const perLine = Math.max(1, Math.floor((width - 2) / (longest + 2)));
  for (let at = 0; at < words.length; at += across) {
    const place = placeOf(at / across, ranges.slice(0, -1), shape);
    lines.push(theme.muted(`[${[...place, range].join(', ')}]`));
    const row = words.slice(at, at + across).map((word) => word.padStart(longest));
    for (let from = 0; from < row.length; from += perLine)
      lines.push(`  ${row.slice(from, from + perLine).join('  ')}`);
  }
  return lines;
}

/** The row of the tensor that is the n-th row of a slice, for each dimension except the last. */
function placeOf(row: number, ranges: SliceReport['ranges'], shape: readonly number[]): number[] {
  const place: number[] = [];
  let rest = row;
  for (let i = ranges.length - 1; i >= 0; i--) {
    const size = shape[i] as number;
    place.unshift((ranges[i]?.from ?? 0) + (rest % size));
    rest = Math.floor(rest / size);
  }
  return place;
}
