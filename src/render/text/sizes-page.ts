/** The table of `sizes`: the guide's table for this model. */

import type { FileTypeSizeEntry, SizesReport } from '../../report/sizes-schema.js';
import { formatBits, formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';
import { bestWords, fitCell, roomWords } from './fit-words.js';

const COLUMNS: readonly Column[] = [
  { align: 'left' },
  { align: 'right', goes: 2 },
  { align: 'right' },
  { align: 'right' },
  { align: 'right', goes: 3 },
  { align: 'right' },
  { align: 'left', shrinkTo: 12, goes: 1 },
];

export function renderSizes(report: SizesReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  if (report.sizes.length === 0 || report.bitsPerWeight === null)
    return ['There are no tensors, so there is nothing to quantize.'];
  const unit = unitFor(report);
  const head: Cell[] = ['', unit.decimal, unit.binary, 'bits', 'difference', memoryTitle(report), ''].map((text) => ({
    text,
    style: theme.muted,
  }));
  const rows = report.sizes.map((size) => rowOf(size, report, unit, options));
  const lines = alignColumns([head, ...rows], COLUMNS, width - 2);
  const label = report.label === null ? 'has no label' : `is ${sanitize(report.label)}`;
  const title = `This file ${label}: ${formatBytes(report.tensorBytes)} of weights at ${formatBits(report.bitsPerWeight)} bits`;
  return [
    theme.heading('SIZES'),
    ...wrap(title, width - 2),
    '',
    ...lines,
    '',
    ...fitsLines(report, options),
    ...report.sizes.flatMap((size) => tensorLines(size, options)),
    ...notes(report, unit)
      .flatMap((note) => wrap(note, width - 2))
      .map(theme.muted),
  ].map(withMargin);
}

/** What fits with each of the contexts, for each file type, and the best choice. */
function fitsLines({ fits, sizes }: SizesReport, { theme, width }: RenderOptions): string[] {
  if (fits === undefined) return [];
  const head: Cell[] = [
    '',
    ...fits.contextLengths.map((length, i) => `${formatInteger(length)}${i === 0 ? ' tokens' : ''}`),
  ].map((text) => ({ text, style: theme.muted }));
  const rows = sizes.flatMap(({ fileType, contexts }): Cell[][] => {
    if (contexts === undefined) return [];
    const isBest = fileType === fits.best?.name;
    const cells = fits.contextLengths.map((length) =>
      fitCell(
        contexts.find(({ contextLength }) => contextLength === length),
        theme,
        true,
      ),
    );
    return [[{ text: isBest ? `▸ ${fileType}` : `  ${fileType}`, style: isBest ? theme.number : undefined }, ...cells]];
  });
  const columns: Column[] = head.map(() => ({ align: 'left', shrinkTo: 12 }));
  return [
    ...wrap(`WHAT FITS  ${roomWords(fits)}`, width - 2).map((line) =>
      line.replace('WHAT FITS', theme.heading('WHAT FITS')),
    ),
    ...alignColumns([head, ...rows], columns, width - 2),
    ...wrap(bestWords(fits), width - 2).map(theme.number),
    ...wrap('Weights, cache and compute buffers together, wherever they are.', width - 2).map(theme.muted),
    '',
  ];
}

const TENSOR_COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 16, middle: true },
  { align: 'left' },
  { align: 'left' },
];

/** The type of every tensor, if it was asked for. */
function tensorLines({ fileType, tensors }: FileTypeSizeEntry, { theme, width }: RenderOptions): string[] {
  if (tensors === undefined || tensors.length === 0) return [];
  const rows = tensors.map(({ name, from, type, fallback }): Cell[] => [
    { text: `  ${name}` },
    { text: from === type ? type : `${from} → ${type}`, style: theme.number },
    { text: fallback ? 'fallback' : '', style: theme.muted },
  ]);
  return [theme.heading(fileType), ...alignColumns(rows, TENSOR_COLUMNS, width - 2), ''];
}

function memoryTitle({ contextLength }: SizesReport): string {
  return contextLength === null ? '' : `+ ${formatInteger(contextLength)} tokens`;
}

/** Units in which the sizes are easy to compare: decimal ones, as of disks and downloads, and binary ones. */
interface Unit {
  decimal: string;
  binary: string;
  power: number;
}

function unitFor({ sizes }: SizesReport): Unit {
  const largest = Math.max(...sizes.map(({ fileBytes }) => fileBytes ?? 0));
  if (largest >= 1e9) return { decimal: 'GB', binary: 'GiB', power: 3 };
  return largest >= 1e6 ? { decimal: 'MB', binary: 'MiB', power: 2 } : { decimal: 'kB', binary: 'KiB', power: 1 };
}

function rowOf(
  size: FileTypeSizeEntry,
  { trainedType }: SizesReport,
  { power }: Unit,
  { theme }: RenderOptions,
): Cell[] {
  const { fileType, fileBytes, bitsPerWeight, difference, memoryBytes, current, fallbacks, requantized } = size;
  const name: Cell = current ? { text: `▸ ${fileType}`, style: theme.number } : { text: `  ${fileType}` };
  if (fileBytes === null || bitsPerWeight === null) {
    return [name, ...['', '', '', '', ''].map((text) => ({ text })), { text: 'refused', style: theme.muted }];
  }
  const style = current ? theme.number : undefined;
  const remarks = [
    ...(fallbacks === 0 ? [] : [formatCount(fallbacks, 'fallback')]),
    ...(trainedType === undefined || requantized === 0 ? [] : ['requantizes']),
  ];
  return [
    name,
    { text: decimal(fileBytes / 1000 ** power), style },
    { text: decimal(fileBytes / 1024 ** power), style },
    { text: formatBits(bitsPerWeight), style },
    { text: signed(difference ?? 0), style: theme.muted },
    { text: memoryBytes === null ? '' : formatBytes(memoryBytes) },
    { text: remarks.join(', '), style: theme.muted },
  ];
}

/** Three significant digits; below 1 two places, below 0.01 two digits. The guide gives gigabytes with one place. */
function decimal(value: number): string {
  if (value >= 100) return value.toFixed(0);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.01 ? value.toFixed(2) : value.toPrecision(2);
}

function signed(bytes: number): string {
  if (bytes === 0) return '=';
  return `${bytes < 0 ? '−' : '+'}${formatBytes(Math.abs(bytes))}`;
}

const POWERS = ['', '', '²', '³'];

function notes(
  { importanceMatrix, sizes, contextLength, cacheBytes, trainedType }: SizesReport,
  { decimal, binary, power }: Unit,
): string[] {
  const texts = [
    `The sizes follow the rules of llama.cpp's quantizer, ${importanceMatrix ? 'with' : 'without'} an importance matrix: which matrices get more bits, and which rows do not divide into blocks. ${decimal} (1,000${POWERS[power]} bytes) and ${binary} (1,024${POWERS[power]} bytes) are of the whole file with this header.`,
  ];
  const own = sizes.find(({ current, difference }) => current && difference);
  if (own?.difference) {
    const by = `${formatBytes(Math.abs(own.difference))} ${own.difference > 0 ? 'larger' : 'smaller'}`;
    texts.push(`▸ is the type of this file. llama.cpp's quantizer would make the file ${by} than it is.`);
  }
  if (contextLength !== null && cacheBytes !== null) {
    texts.push(
      `+ ${formatInteger(contextLength)} tokens: weights and a cache of ${formatBytes(cacheBytes)} in F16; compute buffers are not included.`,
    );
  }
  if (trainedType !== undefined) {
    texts.push(
      `The experts were trained in ${trainedType} and stay so in every published file, whatever its label: its size is nearly that of this file. ` +
        'A row with "requantizes" turns them into another type: llama-quantize does that only with --allow-requantize, and the numbers become less exact.',
    );
  }
  if (sizes.some(({ fallbacks }) => fallbacks > 0)) {
    texts.push('A fallback is a matrix in a larger type, because its rows are not a multiple of the block.');
  }
  if (sizes.some(({ tensorBytes }) => tensorBytes === null)) {
    const why = importanceMatrix ? '' : ' without an importance matrix (--imatrix assumes one), or';
    texts.push(`Refused: the quantizer does not write such a file${why} because the rows do not divide into blocks.`);
  }
  return texts;
}
