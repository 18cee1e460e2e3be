/** The page of `attention --heads all`: a small map for each head of a layer, and where the heads of all layers look. */

import type { AttentionReport, HeadPattern } from '../../report/attention-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Style } from '../theme.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import type { Suggestion } from './next-section.js';
import { hasNoNumber, promptNotes } from './prompt-notes.js';
import { promptSection, promptWords, tokenLabel } from './prompt-words.js';
import { shadeOf } from './share-map.js';
import { shellWord } from './shell-word.js';
import { stateSection } from './state-section.js';

/** Most tokens of a small map; of a longer prompt the last ones. */
const MOST_TOKENS = 16;
/** Columns between two maps of a row. */
const GAP = 3;
/** A map is at least as wide as its caption. */
const CAPTION = 16;

type LayerHeads = AttentionReport['attention'][number];

export function renderHeads(report: AttentionReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { tokens, layers, figure, states, patterns = [] } = report;
  const labels = tokens.map(tokenLabel);
  const layer = figure?.layer ?? states?.[0]?.layer ?? 0;
  const own = report.attention.find((one) => one.layer === layer && one.pass === figure?.pass);
  const count = own === undefined ? '' : `, all ${formatCount(own.heads.length, 'head')}`;
  const title = `layer ${layer} of ${formatInteger(layers)}${count} · ${formatCount(tokens.length, 'token')}`;
  const state = states?.find((one) => one.layer === layer);
  const lines = [
    `${theme.title('ATTENTION')}  ${cut(`${title} · ${sanitize(report.architecture)}`, width - 13)}`,
    '',
    ...promptNotes(report, isDamaged(report), options),
    ...(own === undefined ? [] : [...mapsSection(own, patternsOf(patterns, own), labels, options), '']),
    ...(own !== undefined || state === undefined
      ? []
      : [...stateSection(state, { alone: true, head: 0, labels }, options), '']),
    ...patternsSection(patterns, options),
    ...promptSection(next(report, layer, options), [report], options),
  ];
  return lines.map(withMargin);
}

function isDamaged({ attention, patterns = [] }: AttentionReport): boolean {
  const spreads = patterns.flatMap(({ heads }) => heads.map(({ spread }) => spread));
  return attention.some(({ heads }) => hasNoNumber(heads.flat(2))) || hasNoNumber(spreads);
}

function patternsOf(
  all: NonNullable<AttentionReport['patterns']>,
  { layer, pass }: LayerHeads,
): readonly HeadPattern[] {
  return all.find((one) => one.layer === layer && one.pass === pass)?.heads ?? [];
}

// A map for each head, with as many in a row as the page has room for.

function mapsSection(
  { layer, heads }: LayerHeads,
  patterns: readonly HeadPattern[],
  labels: readonly string[],
  { theme, width }: RenderOptions,
): string[] {
  const shown = Math.min(labels.length, MOST_TOKENS);
  const from = labels.length - shown;
  const each = shown <= MOST_TOKENS / 2 ? 2 : 1;
  const room = Math.max(CAPTION, shown * each);
  const perRow = Math.max(1, Math.floor((width - 2 + GAP) / (room + GAP)));
  const lines: string[] = [];
  for (let first = 0; first < heads.length; first += perRow) {
    const row = heads.slice(first, first + perRow);
    const beside = (cells: readonly string[], style: Style) =>
      cells
        .map((cell, i) => style(cell) + (i < cells.length - 1 ? ' '.repeat(room - cell.length + GAP) : ''))
        .join('')
        .trimEnd();
    lines.push(
      '',
      beside(
        row.map((_, i) => `head ${first + i}`),
        theme.number,
      ),
    );
    lines.push(
      beside(
        row.map((_, i) => cut(lookWords(patterns[first + i]), CAPTION)),
        theme.muted,
      ),
    );
    for (let token = 0; token < shown; token++) {
      const cells = row.map((map) =>
        (map[from + token] ?? [])
          .slice(from, from + shown)
          .map((share) => shadeOf(share).repeat(each))
          .join('')
          .padEnd(shown * each),
      );
      lines.push(beside(cells, theme.computed));
    }
  }
  const some = from === 0 ? '' : ` The last ${shown} of ${formatCount(labels.length, 'token')} are shown.`;
  const note = `A small map for each head: each row shows how much one token attends to the tokens of the columns; darker is more. Rows and columns are the tokens in order.${some}`;
  const words = labels.slice(from).join(' ');
  return [
    theme.heading(`HEADS OF LAYER ${layer}`),
    ...wrap(note, width - 2).map(theme.muted),
    ...breakText(words, width - 2),
    ...lines,
  ];
}

// Where heads look: each head is listed where most of its attention goes.

/** Above this mean weight a head is said to look there. */
const MOSTLY = 0.5;
/** A head whose attention is spread over fewer tokens than this mostly looks at one token, wherever it is. */
const ONE_TOKEN = 2;

type Look = 'first' | 'previous' | 'itself' | 'another' | 'several' | 'unknown';

function lookOf({ first, previous, itself, spread }: HeadPattern): Look {
  if (first === null || previous === null || itself === null || spread === null) return 'unknown';
  const most = Math.max(first, previous, itself);
  if (most < MOSTLY) return spread < ONE_TOKEN ? 'another' : 'several';
  return most === first ? 'first' : most === previous ? 'previous' : 'itself';
}

const WORDS: Readonly<Record<Look, string>> = {
  first: 'first',
  previous: 'before',
  itself: 'itself',
  another: 'another',
  several: 'several',
  unknown: '',
};

/** `first 96 %`, `over 3.2 tokens`. */
function lookWords(pattern: HeadPattern | undefined): string {
  if (pattern === undefined) return '';
  const look = lookOf(pattern);
  if (look === 'unknown') return '';
  if (look === 'another' || look === 'several') return `over ${(pattern.spread ?? 0).toFixed(1)} tokens`;
  const short = { first: 'first', previous: 'before', itself: 'itself' }[look];
  return `${short} ${Math.round((pattern[look] ?? 0) * 100)} %`;
}

function patternsSection(
  patterns: NonNullable<AttentionReport['patterns']>,
  { theme, width }: RenderOptions,
): string[] {
  if (patterns.length === 0) return [];
  const looks: readonly Look[] = ['first', 'previous', 'itself', 'another', 'several'];
  const head: Cell[] = ['layer', ...looks.map((look) => WORDS[look])].map((text) => ({ text, style: theme.muted }));
  const rows = patterns.map(({ layer, pass, heads }): Cell[] => [
    { text: pass === undefined ? String(layer) : `${pass} ${layer}`, style: theme.number },
    ...looks.map((look): Cell => ({ text: ranges(heads.flatMap((one, i) => (lookOf(one) === look ? [i] : []))) })),
  ]);
  const columns: Column[] = [{ align: 'left' }, ...looks.map((): Column => ({ align: 'left', shrinkTo: 6 }))];
  const note =
    'Heads that on average give more than half of their attention to the first token, to the token before, or to the token itself. The others look at another token, wherever it is, or at several. Over n tokens: so far a head spreads on average.';
  return [
    theme.heading('WHERE THE HEADS LOOK'),
    ...wrap(note, width - 2).map(theme.muted),
    ...alignColumns([head, ...rows], columns, width - 2),
    '',
  ];
}

/** `0–3, 7`; a dash if there are none. */
function ranges(numbers: readonly number[]): string {
  const words: string[] = [];
  for (let i = 0; i < numbers.length; ) {
    let end = i;
    while (numbers[end + 1] === (numbers[end] as number) + 1) end++;
    words.push(end === i ? String(numbers[i]) : `${numbers[i]}–${numbers[end]}`);
    i = end + 1;
  }
  return words.length === 0 ? '–' : words.join(', ');
}

function next(report: AttentionReport, layer: number, { shell }: RenderOptions): Suggestion[] {
  const { file, layers, figure } = report;
  const words = `${shellWord(file.name, shell)} ${promptWords(report, shell)}`;
  const deeper = layer + 1 < layers ? layer + 1 : 0;
  const one = `gguf-explain attention ${words} --layer ${layer}`;
  if (figure === null) return [[one, 'this layer in numbers']];
  const others: Suggestion[] =
    layers > 1
      ? [[`gguf-explain attention ${words} --heads all --layer ${deeper}`, `the heads of layer ${deeper}`]]
      : [];
  return [...others, [`${one} --head ${figure.head}`, `head ${figure.head} in numbers: queries, keys, scores`]];
}
