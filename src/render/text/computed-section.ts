/** What is computed while the model runs, beside what is stored. */

import { formatBytes, formatInteger } from '../../report/quantity.js';
import type { ComputedReport, ExplainReport } from '../../report/schema.js';
import type { RenderOptions } from '../options.js';
import { alignColumns, type Cell, type Column, wrap } from './columns.js';

const TITLES: Record<ComputedReport['what'], string> = {
  'kv-cache': 'KV cache',
  'attention-scores': 'Attention scores',
  activations: 'Activations',
  logits: 'Logits',
};

export function computedSection({ computed, totals }: ExplainReport, { width, theme }: RenderOptions): string[] {
  const [first] = computed;
  if (first === undefined) return [];
  const lengths = first.contexts.map(({ contextLength }) => contextLength);
  const columns: Column[] = [
    { align: 'left' },
    { align: 'left', shrinkTo: 12 },
    ...lengths.map((): Column => ({ align: 'right' })),
  ];
  const head: Cell[] = [
    { text: '' },
    { text: '' },
    ...lengths.map((length, i) => ({
      text: `${formatInteger(length)}${i === 0 ? ' tokens' : ''}`,
      style: theme.muted,
    })),
  ];
  const rows = computed.map((part): Cell[] => [
    { text: TITLES[part.what] },
    { text: part.formula, style: theme.muted },
    ...part.contexts.map(({ bytes }) => ({ text: formatBytes(bytes) })),
  ]);
  const stored: Cell[] = [
    { text: 'Weights' },
    { text: 'stored, whatever the context', style: theme.muted },
    ...lengths.map(() => ({ text: formatBytes(totals.bytes), style: theme.muted })),
  ];
  const notes = computed
    .filter(({ what }) => what === 'kv-cache' || what === 'attention-scores')
    .map(({ what, assumption }) => `${TITLES[what]}: ${assumption}.`);
  return [
    `${theme.heading('COMPUTED')}  ${theme.muted('while it runs, stored nowhere')}`,
    ...alignColumns([head, ...rows, stored], columns, width - 2),
    ...notes.flatMap((note) => wrap(note, width - 2)).map(theme.muted),
  ];
}
