/** What is computed while the model runs, next to what is stored. */

import type { ComputedReport, ExplainReport } from '../../report/explain-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';
import { displayWidth } from './display-width.js';

const TITLES: Record<ComputedReport['what'], string> = {
  'kv-cache': 'KV cache',
  'recurrent-state': 'Recurrent state',
  'attention-scores': 'Attention scores',
  activations: 'Activations',
  logits: 'Logits',
};

interface Row {
  title: string;
  formula: string;
  bytes: number[];
}

/** The total memory for running the model, in one line; empty if it is not known. */
export function toRunSection({ toRun = [] }: ExplainReport, { width, theme }: RenderOptions): string[] {
  if (toRun.length === 0) return [];
  const points = toRun.map(
    ({ contextLength, bytes }, i) =>
      `${formatBytes(bytes)} at ${formatInteger(contextLength)}${i === 0 ? ' tokens' : ''}`,
  );
  const [first = '', ...rest] = wrap(`TO RUN ≈ ${points.join(' · ')}`, width - 2);
  const note = 'Weights, cache and an estimate of the compute buffers. `gguf-explain memory` computes them in detail.';
  return [first.replace('TO RUN', theme.heading('TO RUN')), ...rest, ...wrap(note, width - 2).map(theme.muted)];
}

export function computedSection({ computed, totals }: ExplainReport, { width, theme }: RenderOptions): string[] {
  const [first] = computed;
  if (first === undefined) return [];
  const lengths = first.contexts.map(({ contextLength }) => contextLength);
  const rows: Row[] = [
    ...computed.map(({ what, formula, contexts }) => ({
      title: TITLES[what],
      formula,
      bytes: contexts.map(({ bytes }) => bytes),
    })),
    { title: 'Weights', formula: 'stored once, for any context', bytes: lengths.map(() => totals.bytes) },
  ];
  const head: Cell[] = [
    { text: '' },
    { text: '' },
    ...lengths.map((length, i) => ({
      text: `${formatInteger(length)}${i === 0 ? ' tokens' : ''}`,
      style: theme.muted,
    })),
  ];
  const cells = rows.map(({ title, formula, bytes }): Cell[] => [
    { text: title },
    { text: formula, style: theme.muted },
    ...bytes.map((each) => ({ text: formatBytes(each) })),
  ]);
  const columns: Column[] = [{ align: 'left' }, { align: 'left' }, ...lengths.map((): Column => ({ align: 'right' }))];
  const inOneLine =
    columns.reduce(
      (sum, _, i) => sum + 2 + Math.max(...[head, ...cells].map((row) => displayWidth(row[i]?.text ?? ''))),
      -2,
    ) <=
    width - 2;
  const lines = inOneLine
    ? alignColumns([head, ...cells], columns, width - 2)
    : underEachOther([head, ...cells], columns, width - 2);
  return [
    `${theme.computed(theme.heading('COMPUTED AT RUN TIME'))}  ${theme.muted('not in the file')}`,
    ...lines,
    ...notes(computed)
      .flatMap((note) => wrap(note, width - 2))
      .map(theme.muted),
  ];
}

/** If a line is too short for name, formula and numbers, the formula goes below the name. */
function underEachOther(rows: readonly Cell[][], columns: readonly Column[], width: number): string[] {
  const lines = alignColumns(
    rows.map((row) => row.toSpliced(1, 1)),
    columns.toSpliced(1, 1),
    width,
  );
  return lines.flatMap((line, i) => {
    const formula = rows[i]?.[1];
    return formula?.text
      ? [line, ...wrap(formula.text, width - 2).map((part) => `  ${formula.style?.(part) ?? part}`)]
      : [line];
  });
}

function notes(computed: readonly ComputedReport[]): string[] {
  return computed
    .filter(({ what }) => what !== 'activations' && what !== 'logits')
    .map(({ what, assumption }) => `${TITLES[what]}: ${assumption}.`);
}
