/** How one short text travels through a small model, as a chain: its tokens, a row of the table, the layers, the next token. */

import type { ExplainReport } from '../../report/explain-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { breakText, cut } from './columns.js';
import { displayWidth } from './display-width.js';
import { checkCommand, hasNoNumber } from './prompt-notes.js';
import { NOT_A_NUMBER, percent, shortNumber, tokenLabel } from './prompt-words.js';

/** Most tokens whose rows are named, and most numbers of a vector. */
const MOST_ROWS = 6;
const NUMBERS = 2;

const ARROW = ' → ';

export function exampleSection({ example, file }: ExplainReport, { theme, width }: RenderOptions): string[] {
  if (example === undefined) return [];
  const { prompt, tokens, rows, layers, next, pooled } = example;
  const result = next[0] ?? pooled?.slice(0, NUMBERS);
  if (result === undefined) return [];
  const damaged = hasNoNumber(Array.isArray(result) ? result : [result.probability]);
  const ids = tokens.map(({ id }) => String(id));
  const named = ids.length > MOST_ROWS ? [...ids.slice(0, MOST_ROWS - 1), '…', ids.at(-1)] : ids;
  const steps = [
    ...(prompt === null ? [] : [`"${prompt}"`]),
    `${ids.length === 1 ? 'row' : 'rows'} ${named.join(', ')}`,
    `${ids.length === 1 ? 'a vector' : `${formatInteger(ids.length)} vectors, the last`} ${vector(rows.first.at(-1) ?? [], rows.length)}`,
    formatCount(layers.length, 'layer'),
    damaged
      ? NOT_A_NUMBER
      : Array.isArray(result)
        ? `a vector ${vector(result, pooled?.length ?? 0)}`
        : `"${cut(tokenLabel(result), 24)}" ${percent(result.probability)}`,
  ];
  const note = theme.muted(cut('computed from this file', Math.max(0, width - 12)));
  const words = `The weights are probably damaged: ${checkCommand(file)} shows where.`;
  return [
    `${theme.heading('EXAMPLE')}  ${note}`,
    ...chained(steps, width - 2),
    ...(damaged ? breakText(words, width - 2).map(theme.level.warning) : []),
  ];
}

function vector(values: readonly (number | null)[], length: number): string {
  const shown = values.slice(0, NUMBERS).map(shortNumber).join(' ');
  return `[${shown}${length > NUMBERS ? ' …' : ''}]`;
}

/** The steps with arrows between them; a full line ends with an arrow. */
function chained(steps: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [i, step] of steps.entries()) {
    const arrows = i === steps.length - 1 ? 1 : 2;
    const fits = displayWidth(line) + arrows * ARROW.length + displayWidth(step) <= width;
    if (line !== '' && !fits) {
      lines.push(`${line}${ARROW.trimEnd()}`);
      line = step;
    } else line = line === '' ? step : `${line}${ARROW}${step}`;
  }
  return [...lines, line];
}
