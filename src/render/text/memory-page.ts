/** The page of `memory`: what is stored next to what is computed, then what fits. */

import type { MemoryContextEntry, MemoryReport } from '../../report/memory-schema.js';
import { baseName } from '../../words/base-name.js';
import { formatBytes, formatCount, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { LLAMA_CPP_VERSION } from '../../words/llama-cpp.js';
import { joinSections, withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, type Cell, type Column, cut, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import { budgetSection, placementSection, speedSection } from './memory-fit.js';
import { BESIDE, formulaSection, idleWords, KINDS } from './memory-formulas.js';

const PLACES = {
  input: 'Token table, in system RAM',
  layers: 'Layers',
  output: 'Output',
} as const;

const COMPANIONS: Readonly<Record<string, string>> = { mmproj: 'Projector', adapter: 'Adapter', draft: 'Draft model' };
const MOST_OF_A_KIND = 24;
/** Columns beside a name: the heading, the words before it, and the brackets after it. */
const BESIDE_A_NAME = 24;

/** Width of a column for a context length; the width of the page decides how many there are. */
const COLUMN_WIDTH = 12;

export function renderMemory(report: MemoryReport, options: RenderOptions): string[] {
  const sections = [
    storedLines(report, options),
    computedLines(report, options),
    formulaSection(report, options),
    placementSection(report, options),
    budgetSection(report, options),
    speedSection(report, options),
  ];
  return joinSections(sections).map(withMargin);
}

function storedLines(
  { file, modelName, weights, architecture, experts, companions = [] }: MemoryReport,
  { theme, width }: RenderOptions,
): string[] {
  const rows: Cell[][] = weights.places
    .filter(({ tensors }) => tensors > 0)
    .map(({ place, bytes, tensors }) => [
      { text: place === 'input' && tensors > 1 ? 'Token tables, in system RAM' : PLACES[place] },
      { text: formatCount(tensors, 'tensor'), style: theme.muted },
      { text: formatBytes(bytes) },
    ]);
  rows.push([{ text: 'Weights' }, { text: '' }, { text: formatBytes(weights.bytes), style: theme.number }]);
  for (const { kind, bytes } of companions) {
    const name = COMPANIONS[kind] ?? cut(sanitize(kind), MOST_OF_A_KIND);
    rows.push([{ text: name }, { text: 'loaded with the model', style: theme.muted }, { text: formatBytes(bytes) }]);
  }
  const groups = [...weights.groups]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map(({ group, bytes }) => `${group} ${formatBytes(bytes)}`);
  const notes: string[] = groups.length > 1 ? [`By purpose: ${groups.join(', ')}.`] : [];
  if (weights.notLoaded !== undefined) {
    const { layers, bytes } = weights.notLoaded;
    const which = layers === 1 ? 'One more layer predicts' : `${layers} more layers predict`;
    notes.push(
      `${which} further tokens: ${formatBytes(bytes)}, which llama.cpp loads only to draft with them (--mtp).`,
    );
  }
  if (weights.tiedBytes > 0) {
    notes.push(
      `The token embedding is also the output matrix: a card that computes the output needs ${formatBytes(weights.tiedBytes)} more.`,
    );
  }
  if (experts !== null) {
    notes.push(
      `${experts.expertUsedCount} of ${experts.expertCount} experts ${experts.expertUsedCount === 1 ? 'works' : 'work'} on each token: ${formatParameters(experts.activeParameters)} of ${formatParameters(experts.totalParameters)} parameters, ${formatBytes(experts.activeBytes)} of ${formatBytes(experts.totalBytes)}. All of them have to be in memory.`,
    );
  }
  const kind = cut(architecture ?? 'architecture not named', MOST_OF_A_KIND);
  const name = cut(sanitize(modelName ?? baseName(file.name)), width - BESIDE_A_NAME - displayWidth(kind));
  return [
    `${theme.stored(theme.heading('STORED'))}  ${theme.muted(`weights of ${name} (${kind})`)}`,
    ...alignColumns(rows, [{ align: 'left' }, { align: 'left' }, { align: 'right' }], width - 2),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}

function computedLines(report: MemoryReport, { theme, width }: RenderOptions): string[] {
  const { contexts, settings, assumptions, confidence } = report;
  const types =
    settings.kvTypeK === settings.kvTypeV ? settings.kvTypeK : `keys ${settings.kvTypeK}, values ${settings.kvTypeV}`;
  const cache = contexts.length === 0 ? '' : `; cache in ${types}`;
  const title = `${theme.computed(theme.heading('COMPUTED AT RUN TIME'))}  ${theme.muted(`not in the file${cache}`)}`;
  const doubts = [
    ...assumptions.flatMap((text) => wrap(sanitize(text), width - 2)).map(theme.muted),
    ...idleWords(report)
      .flatMap((text) => wrap(text, width - 2))
      .map(theme.level.warning),
  ];
  if (contexts.length === 0) return [title, ...doubts];
  const shown = fitting(contexts, width);
  const line = (name: string, value: (context: MemoryContextEntry) => number | null, style?: Cell['style']): Cell[] => [
    { text: name },
    ...shown.map((context) => ({ text: bytesOrDash(value(context)), style })),
  ];
  const head: Cell[] = [
    { text: '' },
    ...shown.map(({ contextLength }, i) => ({
      text: `${formatInteger(contextLength)}${i === 0 ? ' tokens' : ''}`,
      style: theme.muted,
    })),
  ];
  const estimated = shown.some(({ computeConfidence }) => computeConfidence !== 'exact');
  const about = estimated || besides(shown).length > 0 ? ' ≈' : '';
  const kinds = [
    ...new Set(shown.flatMap(({ parts }) => parts.filter(({ bytes }) => bytes > 0).map(({ kind }) => kind))),
  ];
  const rows: Cell[][] = [
    head,
    ...kinds.map((kind) => line(KINDS[kind] ?? kind, (context) => sumOf(context, kind))),
    line('Cache, total', ({ cacheBytes }) => cacheBytes, theme.number),
    line(`Compute buffers${estimated ? ' ≈' : ''}`, ({ computeBytes }) => computeBytes),
    ...besides(shown).map((what) => line(`${BESIDE[what]} ≈`, (context) => besideBytes(context, what))),
    line(`Total${about}`, ({ totalBytes }) => totalBytes, theme.number),
  ];
  const columns: Column[] = [{ align: 'left' }, ...shown.map((): Column => ({ align: 'right' }))];
  return [
    title,
    ...alignColumns(rows, columns, width - 2),
    ...wrap(certainty(confidence === 'exact', !estimated), width - 2).map(theme.muted),
    ...doubts,
    ...report.refusals
      .flatMap((text) => wrap(sanitize(`llama.cpp would refuse: ${text}`), width - 2))
      .map(theme.level.warning),
  ];
}

type Beside = NonNullable<MemoryContextEntry['beside']>[number]['what'];

/** What is kept besides the model, each kind once. */
function besides(contexts: readonly MemoryContextEntry[]): Beside[] {
  return [...new Set(contexts.flatMap(({ beside = [] }) => beside.map(({ what }) => what)))];
}

function besideBytes({ beside = [] }: MemoryContextEntry, what: Beside): number {
  const own = beside.filter((entry) => entry.what === what);
  return own.reduce((sum, { cacheBytes, computeBytes }) => sum + cacheBytes + computeBytes, 0);
}

/** Which figures are exact, with the version of llama.cpp for which this holds. */
function certainty(cacheIsExact: boolean, buffersAreExact: boolean): string {
  if (cacheIsExact && buffersAreExact) {
    return `Cache and compute buffers are exact: the bytes that llama.cpp ${LLAMA_CPP_VERSION} allocates in system RAM.`;
  }
  const cache = cacheIsExact
    ? `The cache is exact: the bytes that llama.cpp ${LLAMA_CPP_VERSION} allocates.`
    : 'The cache follows the general formula, with these assumptions:';
  return `${cache} The compute buffers are an estimate, and so is the sum.`;
}

/** The first lengths and the last one, as many as fit next to the names. */
function fitting(contexts: readonly MemoryContextEntry[], width: number): readonly MemoryContextEntry[] {
  const most = Math.max(1, Math.floor((width - 22) / COLUMN_WIDTH));
  return contexts.length <= most ? contexts : [...contexts.slice(0, most - 1), contexts.at(-1) as MemoryContextEntry];
}

function sumOf({ parts }: MemoryContextEntry, kind: string): number {
  return parts.filter((part) => part.kind === kind).reduce((sum, { bytes }) => sum + bytes, 0);
}

function bytesOrDash(bytes: number | null): string {
  return bytes === null ? '–' : formatBytes(bytes);
}
