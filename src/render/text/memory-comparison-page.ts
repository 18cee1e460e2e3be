/** The page of `memory` for several models: a line for each, with its memory at each context length. */

import type { MemoryComparisonReport } from '../../report/memory-comparison-schema.js';
import type { MemoryReport } from '../../report/memory-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, cutMiddle, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import { wordsOfShares } from './memory-fit.js';
import { idleWords } from './memory-formulas.js';

/** Columns for one length, and for everything before the lengths. */
const COLUMN_WIDTH = 12;
const BEFORE = 40;

/** Fewest columns of a name next to the words on where the model goes. */
const LEAST_NAME = 24;

export function renderMemoryComparison(report: MemoryComparisonReport, { theme, width }: RenderOptions): string[] {
  const { models } = report;
  const contextLengths = commonLengths(report);
  const most = Math.max(1, Math.floor((width - BEFORE) / COLUMN_WIDTH));
  const shown =
    contextLengths.length <= most
      ? contextLengths
      : [...contextLengths.slice(0, most - 1), contextLengths.at(-1) as number];
  const placed = models.some(({ devices }) => devices !== undefined);
  const budget = models[0]?.budget?.bytes;
  const titles = [
    '',
    'weights',
    ...shown.map((length, i) => `${formatInteger(length)}${i === 0 ? ' tokens' : ''}`),
    ...(budget === undefined ? [] : [`in ${formatBytes(budget)}`]),
  ];
  const rows = models.map((model): Cell[] => [
    { text: sanitize(model.file.name) },
    { text: formatBytes(weightsOf(model)) },
    ...shown.map((length) => ({ text: totalAt(model, length) })),
    ...(budget === undefined ? [] : [{ text: largestOf(model) }]),
  ]);
  const columns: Column[] = titles.map((_, i) =>
    i === 0 ? { align: 'left', shrinkTo: 12, middle: true } : { align: 'right' },
  );
  return [
    `${theme.heading('MEMORY')}  ${theme.muted(width < 84 ? 'total, by context' : 'weights, cache and compute buffers together, by length of the context')}`,
    ...alignColumns([titles.map((text) => ({ text, style: theme.muted })), ...rows], columns, width - 2),
    ...(placed ? ['', ...placements(report, { theme, width })] : []),
    '',
    ...notes(report)
      .flatMap((note) => wrap(note, width - 2))
      .map(theme.muted),
  ].map(withMargin);
}

/** Lengths for which half of the models have a number: a model that is trained for less has none. */
function commonLengths({ models, contextLengths }: MemoryComparisonReport): number[] {
  const has = (length: number) => models.filter(({ contexts }) => contexts.some((one) => one.contextLength === length));
  const common = contextLengths.filter((length) => 2 * has(length).length >= models.length);
  return common.length > 0 ? common : contextLengths;
}

function weightsOf({ weights, companions = [] }: MemoryReport): number {
  return companions.reduce((sum, { bytes }) => sum + bytes, weights.bytes);
}

function totalAt({ contexts }: MemoryReport, length: number): string {
  const context = contexts.find(({ contextLength }) => contextLength === length);
  if (context === undefined) return '–';
  const estimated = context.computeConfidence !== 'exact' || (context.beside?.length ?? 0) > 0;
  return `${estimated ? '≈ ' : ''}${formatBytes(context.totalBytes)}`;
}

function largestOf({ budget }: MemoryReport): string {
  const largest = budget?.largestContextLength ?? null;
  return largest === null ? 'does not fit' : `${formatInteger(largest)} tokens`;
}

/** How much of each model goes to the cards, and its highest possible speed. */
function placements({ models }: MemoryComparisonReport, { theme, width }: RenderOptions): string[] {
  const rows = models.map((model) => {
    const { fit, contexts, file } = model;
    const placed = fit ?? contexts.at(-1);
    const speed = placed?.tokensPerSecondAtMost;
    return {
      name: sanitize(file.name),
      length: placed === undefined ? '–' : `${formatInteger(placed.contextLength)} tokens`,
      where:
        placed === undefined
          ? 'its memory is not known'
          : wordsOfShares(placed.devices ?? [], placed.fits, placed.partialLayers),
      speed: speed === undefined ? '' : `≤ ${speed.toFixed(speed < 100 ? 1 : 0)} tokens/s`,
    };
  });
  const columns: Column[] = [
    { align: 'left', shrinkTo: LEAST_NAME, middle: true },
    { align: 'right' },
    { align: 'left' },
    { align: 'right' },
  ];
  const widest = (text: (row: (typeof rows)[number]) => string) =>
    Math.max(...rows.map((row) => displayWidth(text(row))));
  const beside = widest(({ length }) => length) + widest(({ where }) => where) + widest(({ speed }) => speed) + 6;
  const fits =
    Math.min(
      widest(({ name }) => name),
      LEAST_NAME,
    ) +
      beside <=
    width - 2;
  // The answer to "does it fit" is never cut: if a row has no room for it, it gets its own lines.
  const lines = fits
    ? alignColumns(
        rows.map((row) => [row.name, row.length, row.where, row.speed].map((text) => ({ text }))),
        columns,
        width - 2,
      )
    : rows.flatMap(({ name, length, where, speed }) => [
        cutMiddle(name, width - 2),
        ...wrap([length, where, speed].filter((words) => words !== '').join(' · '), width - 4).map(
          (line) => `  ${line}`,
        ),
      ]);
  return [theme.heading('WHERE IT GOES'), ...lines];
}

function notes({ models }: MemoryComparisonReport): string[] {
  const beside = models.some(({ companions = [] }) => companions.length > 0);
  const unsure = models.filter(({ confidence }) => confidence === 'low').map(({ file }) => sanitize(file.name));
  const idle = models.map((model) => idleWords(model));
  return [
    ...(idle[0] ?? [])
      .filter((words) => idle.every((own) => own.includes(words)))
      .map((words) => words.replace('the model has', 'these models have')),
    ...(beside ? ['Projectors and adapters count with the weights of their model.'] : []),
    ...(unsure.length > 0
      ? [`Computed with the general formula, which may be wrong for them: ${unsure.join(', ')}.`]
      : []),
    'gguf-explain memory MODEL shows how the numbers of one model are computed.',
  ];
}
