/** The page of `attention`: the guide's single head with real numbers, the map of its attention weights, and what is stored for it. */

import type { AttentionReport, HeadFigure, VectorSample } from '../../report/attention-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import type { Suggestion } from './next-section.js';
import { hasNoNumber, promptNotes } from './prompt-notes.js';
import { promptSection, promptWords, shortNumber, shownTokens, tokenLabel, vectorWords } from './prompt-words.js';
import { entryLabels, shareMap } from './share-map.js';
import { shellWord } from './shell-word.js';
import { stateSection, unitOf } from './state-section.js';

export function renderAttention(report: AttentionReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { figure, tokens } = report;
  const labels = tokens.map(tokenLabel);
  const { layer, head, heads, unit } = subject(report);
  const ofHeads = heads === 0 ? '' : `, ${unit} ${head} of ${heads}`;
  const pass = report.figure?.pass;
  const title = `${pass === undefined ? '' : `${pass}, `}layer ${layer} of ${formatInteger(report.layers)}${ofHeads}`;
  const state = report.states?.find((one) => one.layer === layer);
  const lines = [
    `${theme.title('ATTENTION')}  ${cut(`${title} · ${formatCount(tokens.length, 'token')} · ${sanitize(report.architecture)}`, width - 13)}`,
    '',
    ...promptNotes(report, isDamaged(report), options),
    ...(figure === null ? [] : attended(report, figure, labels, options)),
    ...(state === undefined ? [] : [...stateSection(state, { alone: figure === null, head, labels }, options), '']),
    ...promptSection(next(report, layer, options), [report], options),
  ];
  return lines.map(withMargin);
}

/** Whether the weights produced a NaN. A score outside of a window is null too, but its share is 0. */
function isDamaged({ figure, states = [] }: AttentionReport): boolean {
  const shares = figure === null ? [] : figure.shares.flat();
  return hasNoNumber([...shares, ...states.flatMap(({ lengths }) => lengths)]);
}

/** The layer and head that the page is about. */
function subject({ figure, head = 0, states }: AttentionReport) {
  if (figure !== null) return { layer: figure.layer, head: figure.head, heads: figure.queryHeads, unit: 'head' };
  const state = states?.[0];
  return { layer: state?.layer ?? 0, head, heads: state?.heads ?? 0, unit: state ? unitOf(state.kind) : 'head' };
}

function attended(
  report: AttentionReport,
  figure: HeadFigure,
  labels: readonly string[],
  options: RenderOptions,
): string[] {
  const { theme, width } = options;
  return [
    theme.heading('ONE HEAD'),
    ...oneHead(figure, labels, options),
    '',
    theme.heading('ATTENTION WEIGHTS'),
    ...wrap(sharesNote(figure), width - 2).map(theme.muted),
    ...shareMap(labels, figure.shares, options, entryLabels(figure, labels)),
    '',
    theme.heading('HEADS'),
    ...wrap(sharing(figure), width - 2),
    '',
    ...storedAndComputed(report, figure, options),
    '',
  ];
}

function sharesNote({ shares, entries, sees }: HeadFigure): string {
  const sum = shares[0]?.reduce((total: number, share) => total + (share ?? Number.NaN), 0) ?? 1;
  const sums =
    Number.isNaN(sum) || Math.abs(sum - 1) < 1e-4
      ? 'Each row sums to 1.'
      : 'The rest of each row, up to 1, goes to a sink, which adds nothing to the output.';
  const after =
    entries === undefined
      ? ''
      : ` Columns after the tokens: ${entries.count}, each an entry for ${formatCount(entries.tokens, 'token')} in a row.`;
  const others = sees === 'all' ? 'all tokens' : 'itself and to earlier tokens';
  return `Each row shows how much one token attends to ${others}.${after} ${sums}`;
}

function oneHead(figure: HeadFigure, labels: readonly string[], { theme, width }: RenderOptions): string[] {
  const { d, divisor, cap, rotated, scores, output, input, query, key, value } = figure;
  const turned = rotated ? ', rotated' : '';
  const rows: Cell[][] = [];
  const add = (name: string, what: string, sample: VectorSample) => {
    for (const [i, token] of shownTokens(labels.length).entries()) {
      rows.push([
        { text: i === 0 ? name : '', style: theme.number },
        { text: i === 0 ? `${labels.length} × ${formatInteger(sample.length)}` : '', style: theme.muted },
        { text: cut(labels[token] ?? '', 12), style: theme.muted },
        { text: vectorWords(sample, token) },
        { text: i === 0 ? what : '', style: theme.muted },
      ]);
    }
  };
  add('X', 'the tokens, normalized', input);
  add('Q', `X × query matrix${turned}`, query);
  add('K', `X × key matrix${turned}`, key);
  add('V', 'X × value matrix', value);
  const root = Math.abs(divisor - Math.sqrt(d)) < 1e-4 ? `√${d} (${shortNumber(divisor)})` : shortNumber(divisor);
  const last = labels.length - 1;
  const shown = shownTokens(labels.length);
  const formula = `scores = Q · Kᵀ ÷ ${root}${cap === null ? '' : `, capped to ±${shortNumber(cap)}`}`;
  const scoreWords = (other: number) => {
    const score = scores[last]?.[other] ?? null;
    // A token that is not seen has no score, and its share is 0.
    return score === null && figure.shares[last]?.[other] === 0 ? 'not seen' : shortNumber(score);
  };
  const line = shown.map((other) => `${labels[other]} ${scoreWords(other)}`).join(', ');
  const columns: Column[] = [
    { align: 'left' },
    { align: 'left' },
    { align: 'right' },
    { align: 'left' },
    { align: 'left', shrinkTo: 6 },
  ];
  const head = alignColumns(rows, columns, width - 2);
  rows.length = 0;
  add('out', 'attention weights × V', output);
  return [
    ...head,
    '',
    formula,
    ...breakText(`${labels[last]} looking at ${line}`, width - 4).map((one) => theme.muted(`  ${one}`)),
    'attention weights = softmax of each row of scores',
    'output = attention weights × V',
    ...alignColumns(rows, columns, width - 2),
  ];
}

function sharing({ head, keyHead, queryHeads, keyHeads, window, sees, entries }: HeadFigure): string {
  const older = entries === undefined ? '' : ` and entries for ${formatCount(entries.tokens, 'token')} each`;
  const seen =
    window === null
      ? ''
      : sees === 'all'
        ? ` In this layer a token sees only those that are at most ${formatInteger(Math.floor(window / 2))} before or after it.`
        : ` In this layer a token sees only the last ${formatCount(window, 'token')}${older}.`;
  if (queryHeads === keyHeads) {
    return `Each of the ${formatCount(queryHeads, 'head')} has its own keys and values.${seen}`;
  }
  const group = queryHeads / keyHeads;
  const from = keyHead * group;
  const others =
    keyHeads === 1 ? 'all query heads share them' : `query heads ${from} to ${from + group - 1} share them`;
  return `${queryHeads} query heads, ${formatCount(keyHeads, 'head')} of keys and values: head ${head} reads those of ${keyHead}; ${others} (grouped-query attention).${seen}`;
}

const KINDS = { query: 'Q', key: 'K', value: 'V', scores: 'scores' } as const;

function storedAndComputed(
  { stored, computed, tokens }: AttentionReport,
  figure: HeadFigure,
  { theme, width }: RenderOptions,
): string[] {
  const sum = (rows: readonly { bytes: number }[]) => formatBytes(rows.reduce((total, { bytes }) => total + bytes, 0));
  const columns: Column[] = [{ align: 'left', shrinkTo: 12 }, { align: 'left' }, { align: 'left' }, { align: 'right' }];
  const storedRows = stored.map(({ tensor, type, length, rows, ofRows, bytes }): Cell[] => [
    { text: sanitize(tensor) },
    {
      text:
        ofRows > 1
          ? `${formatInteger(length)} × ${formatInteger(rows)}${rows < ofRows ? ` of ${formatInteger(ofRows)}` : ''}`
          : formatInteger(length),
      style: theme.muted,
    },
    { text: type, style: theme.type },
    { text: formatBytes(bytes), style: theme.number },
  ]);
  const computedRows = computed.map(({ kind, numbers: count, bytes }): Cell[] => [
    {
      text: `${KINDS[kind]} of ${formatCount(kind === 'key' || kind === 'value' ? figure.keyHeads : figure.queryHeads, 'head')}`,
    },
    { text: formatCount(count, 'number'), style: theme.muted },
    { text: 'F32', style: theme.type },
    { text: formatBytes(bytes), style: theme.number },
  ]);
  const lines = alignColumns([...storedRows, ...computedRows], columns, width - 2);
  const heading = (name: string, note: string) => {
    return `${theme.heading(name)}  ${theme.muted(cut(note, width - 5 - displayWidth(name)))}`;
  };
  return [
    heading('STORED', `${sum(stored)} in the file for this layer: the same for every text`),
    ...lines.slice(0, storedRows.length),
    '',
    heading(
      'COMPUTED',
      `${sum(computed)} afresh for these ${formatCount(tokens.length, 'token')}; not stored in any weight`,
    ),
    ...lines.slice(storedRows.length),
  ];
}

/** The same text, further on. */
function next(report: AttentionReport, layer: number, { shell }: RenderOptions): Suggestion[] {
  const { file, layers, figure } = report;
  const words = `${shellWord(file.name, shell)} ${promptWords(report, shell)}`;
  const deeper = layer + 1 < layers ? layer + 1 : 0;
  const suggestions: Suggestion[] = [];
  if (layers > 1)
    suggestions.push([`gguf-explain attention ${words} --layer ${deeper}`, `the same in layer ${deeper}`]);
  if (figure !== null && figure.queryHeads > 1)
    suggestions.push([`gguf-explain attention ${words} --heads all`, 'a small map for each head of the layer']);
  return [...suggestions, [`gguf-explain flow ${words}`, 'the same text through all layers, up to the result']];
}
