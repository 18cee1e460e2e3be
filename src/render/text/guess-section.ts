/** What the model would predict if it stopped after a layer: the reader sees the answer form. */

import type { NextTokensReport } from '../../report/next-tokens-schema.js';
import type { RenderOptions } from '../options.js';
import { bar } from './bar.js';
import { alignColumns, type Cell, type Column, cut, wrap } from './columns.js';
import { percent, tokenLabel } from './prompt-words.js';

/** Why the vector between two layers cannot be read as a prediction. For a model that predicts nothing, another section says so. */
const WITHOUT: Readonly<Record<NonNullable<NextTokensReport['noGuesses']>, string | null>> = {
  'no-prediction': null,
  'several-streams':
    'This model has no guess between layers: it carries several vectors for each token from layer to layer, and only its output mixes them.',
  'carried-vectors':
    'This model has no guess between layers: it carries more vectors than the one that its layers work on, and merges them only at the end.',
  'mixed-at-the-end':
    'This model has no guess between layers: its output reads a mix of what earlier layers left, and not the vector that leaves one layer.',
};

/** Columns of a label; a token may be longer than a table has room for. */
const LABEL = 20;
const BAR = 20;
const NARROW_BAR = 8;
/** A narrower page has no room for a bar. */
const NARROW_PAGE = 56;
/** Columns of the table without its bar. */
const TABLE = 56;

/** Begins with a blank line; empty if the model predicts nothing. */
export function guessSection({ guesses, noGuesses }: NextTokensReport, { theme, width }: RenderOptions): string[] {
  const heading = theme.heading('GUESS AFTER EACH LAYER');
  if (noGuesses !== undefined) {
    const why = WITHOUT[noGuesses];
    return why === null ? [] : ['', heading, ...wrap(why, width - 2).map(theme.muted)];
  }
  const answer = guesses?.at(-1);
  if (guesses === undefined || answer === undefined) return [];
  const known = answer.probability !== null;
  const label = known ? cut(tokenLabel(answer), LABEL) : '';
  const last = known ? ` The last column shows the probability of "${label}", the final prediction, at each step.` : '';
  const note = `What the model would predict if it stopped at a layer: the vector after that layer goes through the last norm and the output matrix.${last}`;
  const head: Cell[] = ['after', 'guess', 'probability', '', label].map((text) => ({ text, style: theme.muted }));
  const room = width < NARROW_PAGE ? 0 : Math.max(NARROW_BAR, Math.min(BAR, width - TABLE));
  const rows = guesses.map(({ layer, id, piece, probability, answerProbability }): Cell[] => [
    { text: layer === null ? 'the table' : `layer ${layer}`, style: theme.muted },
    { text: probability === null ? '–' : cut(tokenLabel({ id, piece }), LABEL), style: theme.number },
    { text: percent(probability) },
    { text: room === 0 ? '' : bar(probability ?? 0, room).padEnd(room), style: theme.computed },
    { text: known ? percent(answerProbability) : '' },
  ]);
  const columns: Column[] = [
    { align: 'left' },
    { align: 'left', shrinkTo: 6 },
    { align: 'right' },
    { align: 'left' },
    { align: 'right' },
  ];
  return ['', heading, ...wrap(note, width - 2).map(theme.muted), ...alignColumns([head, ...rows], columns, width - 2)];
}
