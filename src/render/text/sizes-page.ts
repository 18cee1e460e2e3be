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
  if (report.sizes.length === 0 || report.bitsPerWeight === null) return ['no tensors: nothing to quantize'];
  const head: Cell[] = ['', 'GB', 'GiB', 'bits', 'against', memoryTitle(report), ''].map((text) => ({
    text,
    style: theme.muted,
  }));
  const rows = report.sizes.map((size) => rowOf(size, report, options));
  const lines = alignColumns([head, ...rows], COLUMNS, width - 2);
  const label = report.label === null ? 'no label' : sanitize(report.label);
  const title = `${label}: ${formatBytes(report.tensorBytes)} of weights at ${formatBits(report.bitsPerWeight)} bits`;
  return [
    theme.heading('SIZES'),
    ...wrap(`this file: ${title}`, width - 2),
    '',
    ...lines,
    '',
    ...fitsLines(report, options),
    ...report.sizes.flatMap((size) => tensorLines(size, options)),
    ...notes(report)
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

function rowOf(size: FileTypeSizeEntry, { trainedType }: SizesReport, { theme }: RenderOptions): Cell[] {
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
    { text: decimal(fileBytes / 1e9), style },
    { text: decimal(fileBytes / 1024 ** 3), style },
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

function notes({ importanceMatrix, sizes, contextLength, cacheBytes, trainedType }: SizesReport): string[] {
  const texts = [
    `By the rules of llama.cpp's quantizer, ${importanceMatrix ? 'with' : 'without'} an importance matrix: which matrices get more bits, and which rows do not divide into blocks. GB are of 1,000³ bytes, GiB of 1,024³, both of the file with this header.`,
  ];
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
    texts.push(`Refused: the quantizer writes no such file${why} because the rows do not divide into blocks.`);
  }
  return texts;
}
