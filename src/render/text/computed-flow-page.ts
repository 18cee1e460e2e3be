/**
 * The page of `flow` with a prompt: tokens, what each layer did, and the tokens that are likely next, or the vectors of an embedding model.
 */

import type { NextTokensReport } from '../../report/next-tokens-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import { withMinus } from '../../words/minus.js';
import { withMargin } from '../lines.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import { bar } from './bar.js';
import { alignColumns, breakText, type Cell, type Column, cut, wrap } from './columns.js';
import { guessSection } from './guess-section.js';
import { lensSection } from './lens-section.js';
import type { Suggestion } from './next-section.js';
import { hasNoNumber, promptNotes } from './prompt-notes.js';
import {
  NOT_A_NUMBER,
  percent,
  promptSection,
  promptWords,
  shortNumber,
  shownTokens,
  spaceNote,
  tokenLabel,
  tokenWords,
  vectorWords,
} from './prompt-words.js';
import { shellWord } from './shell-word.js';

export function renderComputedFlow(report: NextTokensReport, options: RenderOptions): string[] {
  const { theme, width } = options;
  const { tokens, embeddingLength, layers, decoderTokens, lens } = report;
  const lines = [
    `${theme.title('FLOW')}  ${cut(`${titleOf(report)} · ${sanitize(report.architecture)}`, width - 8)}`,
    '',
    ...promptNotes(report, isDamaged(report), options),
    theme.heading('TOKENS'),
    ...breakText(tokenWords(tokens), width - 2),
    ...spaceNote(tokens, options),
    '',
    theme.heading('ROWS'),
    ...wrap(
      `Each token is a row of the table: ${formatCount(tokens.length, 'vector')} of ${formatInteger(embeddingLength)} numbers, which enter the first layer as:`,
      width - 2,
    ),
    ...rowTable(report, options),
    ...(decoderTokens === undefined
      ? []
      : wrap(`The encoder reads these tokens; the decoder begins with ${tokenWords(decoderTokens)}.`, width - 2)),
    '',
    ...(lens === undefined ? [] : [...lensSection(lens, options), '']),
    theme.heading('LAYERS'),
    ...wrap(
      'What each layer does to the vector of the last token, as vector lengths: what attention and feed-forward compute is added to the vector that comes in (the residual stream). The lengths do not add up, because the vectors point in different directions.',
      width - 2,
    ).map(theme.muted),
    ...layerTable(layers, options),
    ...guessSection(report, options),
    '',
    ...(report.embeddings === undefined ? nextSection(report, options) : embeddingSection(report, options)),
    '',
    ...promptSection(suggestions(report, options), [report], options),
  ];
  return lines.map(withMargin);
}

/** Whether the weights produced a NaN anywhere on the way. */
function isDamaged({ rows, layers, next, pooled }: NextTokensReport): boolean {
  const lengths = layers.flatMap(({ before, after }) => [before, after]);
  const probabilities = next.map(({ probability }) => probability);
  return hasNoNumber([...rows.first.flat(), ...lengths, ...probabilities, ...(pooled ?? [])]);
}

function suggestions(report: NextTokensReport, { shell }: RenderOptions): Suggestion[] {
  const model = shellWord(report.file.name, shell);
  const words = `${model} ${promptWords(report, shell)}`;
  const attention: Suggestion = [`gguf-explain attention ${words}`, 'how much the tokens attend to each other'];
  if (report.lens !== undefined || report.next.length === 0)
    return [attention, [`gguf-explain flow ${model}`, 'the whole graph, with every tensor in its box']];
  return [[`gguf-explain flow ${words} --lens`, 'also one product of the first layer, number by number'], attention];
}

function titleOf({ next: [best], embeddings, pooled, compared, pooling, fillsMasks }: NextTokensReport): string {
  if (best?.probability === null) return `the scores of the ${fillsMasks ? 'last' : 'next'} token are NaN`;
  if (best !== undefined && fillsMasks)
    return `"${tokenLabel(best)}" has the highest score at the last token (${percent(best.probability)})`;
  if (best !== undefined) return `the model predicts "${tokenLabel(best)}" next (${percent(best.probability)})`;
  if (compared !== undefined) return `likeness ${cosineWords(compared.cosine)}`;
  if (pooled === null || pooled === undefined)
    return `an embedding for each of ${formatCount(embeddings?.length ?? 0, 'token')}`;
  return pooling === 'rank'
    ? formatCount(pooled.length, 'score')
    : `an embedding of ${formatInteger(pooled.length)} numbers`;
}

function nextSection(report: NextTokensReport, options: RenderOptions): string[] {
  return [
    options.theme.heading(report.fillsMasks ? 'SCORES AT THE LAST TOKEN' : 'NEXT TOKEN'),
    ...wrap(
      `The vector of the last token, normalized, times the output matrix: ${formatInteger(report.vocabularySize)} scores (logits). Softmax turns them into probabilities${report.fillsMasks ? '. The model was trained to fill masked tokens, so no token is next' : ''}:`,
      options.width - 2,
    ).map(options.theme.muted),
    ...(report.next[0]?.probability === null
      ? [`All scores are ${NOT_A_NUMBER}: no token is more probable than another.`]
      : nextTable(report, options)),
  ];
}

/** How the vectors of the tokens become one vector. */
const POOLED: Readonly<Record<NonNullable<NextTokensReport['pooling']>, string>> = {
  none: 'The file does not state how they become one vector of the text.',
  unknown: 'They become one vector of the text in a way that llama.cpp does not know.',
  mean: 'The vector of the text is their mean, scaled to length 1.',
  first: 'The vector of the text is that of the first token, scaled to length 1.',
  last: 'The vector of the text is that of the last token, scaled to length 1.',
  rank: 'A classifier turns them into scores: the higher the score, the better a document answers a question.',
};

function embeddingSection(report: NextTokensReport, { theme, width }: RenderOptions): string[] {
  const { tokens, embeddings = [], pooled = null, pooling, compared } = report;
  const rows = shownTokens(embeddings.length).map((token): Cell[] => [
    { text: cut(tokenLabel(tokens[token] as NextTokensReport['tokens'][number]), 24), style: theme.muted },
    { text: firstNumbers(embeddings[token] ?? []) },
  ]);
  const whole = (name: string, vector: readonly (number | null)[]): Cell[] => [
    { text: name, style: theme.number },
    { text: firstNumbers(vector) },
  ];
  const ranks = pooling === 'rank';
  if (pooled !== null) rows.push(whole(ranks ? 'scores' : 'the text', pooled));
  if (compared !== undefined) rows.push(whole('other text', compared.pooled));
  const words = [
    `The model does not predict a token. It gives a vector of ${formatCount(embeddings[0]?.length ?? 0, 'number')} for each token.`,
    pooling === undefined ? 'Another program turns them into sound.' : POOLED[pooling],
    ...(pooled === null || ranks
      ? []
      : [
          'Texts that mean something similar have vectors that point the same way, so a search compares vectors and not words.',
        ]),
  ];
  return [
    theme.heading('EMBEDDING'),
    ...wrap(words.join(' '), width - 2).map(theme.muted),
    ...alignColumns(rows, [{ align: 'right' }, { align: 'left' }], width - 2),
    ...(compared === undefined ? [] : ['', ...likenessSection(compared, { theme, width })]),
  ];
}

function likenessSection(
  { tokens, cosine }: NonNullable<NextTokensReport['compared']>,
  { theme, width }: Pick<RenderOptions, 'theme' | 'width'>,
): string[] {
  return [
    theme.heading('LIKENESS'),
    ...wrap(`Other text: ${tokenWords(tokens)}`, width - 2),
    ...wrap(
      `The cosine of the angle between the two vectors is ${cosineWords(cosine)}: 1 if they point the same way, 0 if they have nothing in common.`,
      width - 2,
    ),
  ];
}

function cosineWords(cosine: number | null): string {
  return cosine === null ? NOT_A_NUMBER : withMinus(cosine.toFixed(4));
}

/** How many numbers of a vector are shown. */
const FIRST = 6;

function firstNumbers(vector: readonly (number | null)[]): string {
  const words = vector.slice(0, FIRST).map((value) => shortNumber(value).padStart(6));
  return `${words.join(' ')}${vector.length > FIRST ? ' …' : ''}`;
}

function rowTable({ tokens, rows }: NextTokensReport, { theme, width }: RenderOptions): string[] {
  const cells = shownTokens(tokens.length).map((token): Cell[] => [
    { text: cut(tokenLabel(tokens[token] as NextTokensReport['tokens'][number]), 24), style: theme.muted },
    { text: vectorWords(rows, token) },
  ]);
  return alignColumns(cells, [{ align: 'right' }, { align: 'left' }], width - 2);
}

const COLUMNS: readonly Column[] = [
  { align: 'left', shrinkTo: 8 },
  { align: 'right' },
  { align: 'right' },
  { align: 'right' },
  { align: 'left' },
];

function nextTable({ next }: NextTokensReport, { theme, width }: RenderOptions): string[] {
  const head: Cell[] = ['token', 'id', 'score', 'probability', ''].map((text) => ({ text, style: theme.muted }));
  const rows = next.map(({ id, piece, logit, probability }): Cell[] => [
    { text: cut(tokenLabel({ id, piece }), 24), style: theme.number },
    { text: String(id), style: theme.muted },
    { text: logit === null ? NOT_A_NUMBER : withMinus(logit.toFixed(2)) },
    { text: percent(probability) },
    { text: bar(probability ?? 0, Math.max(8, Math.min(24, width - 56))), style: theme.computed },
  ]);
  return alignColumns([head, ...rows], COLUMNS, width - 2);
}

// What each layer did to a vector, one line each; for a deep model the middle layers are left out.

/** Layers that are listed at the beginning and at the end. */
const AT_EITHER_END = 6;

type LayerRow = NextTokensReport['layers'][number];

function layerTable(layers: readonly LayerRow[], { theme, width }: RenderOptions): string[] {
  const experts = layers.some((layer) => layer.experts !== undefined);
  const head: Cell[] = ['layer', 'in', '+ attention', experts ? '+ experts' : '+ feed-forward', 'out', ''].map(
    (text) => ({
      text,
      style: theme.muted,
    }),
  );
  const rows = layers.map((row) => cellsOf(row, { theme, width }));
  const left = rows.length - 2 * AT_EITHER_END;
  const shown =
    left <= 1
      ? rows
      : [
          ...rows.slice(0, AT_EITHER_END),
          [{ text: `… ${left} more`, style: theme.muted }],
          ...rows.slice(-AT_EITHER_END),
        ];
  const columns: Column[] = [
    { align: 'left' },
    ...Array.from({ length: 4 }, (): Column => ({ align: 'right' })),
    { align: 'left', shrinkTo: 8 },
  ];
  return alignColumns([head, ...shown], columns, width - 2);
}

function cellsOf(
  { layer, pass, before, attention, feedForward, after, experts }: LayerRow,
  { theme }: RenderOptions,
): Cell[] {
  // A missing part of a layer is shown as a dash, but if the output of the layer is NaN, so is the part.
  const added = (value: number | null) => (value === null && after !== null ? '–' : lengthOf(value));
  return [
    { text: pass === undefined ? String(layer) : `${pass} ${layer}`, style: theme.number },
    { text: lengthOf(before) },
    { text: added(attention) },
    { text: added(feedForward) },
    { text: lengthOf(after) },
    {
      text: experts === undefined ? '' : `experts ${experts.map(({ expert }) => expert).join(', ')}`,
      style: theme.muted,
    },
  ];
}

function lengthOf(value: number | null): string {
  if (value === null) return NOT_A_NUMBER;
  return value >= 1e5 ? value.toExponential(2) : value.toFixed(value >= 100 ? 0 : 2);
}
