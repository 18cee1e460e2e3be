/** What a layer keeps instead of attention, on the page of `attention`: the state, its size, and how much of each token is left in it. */

import type { LayerState } from '../../report/attention-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import type { RenderOptions } from '../options.js';
import { bar } from './bar.js';
import { alignColumns, type Cell, type Column, cut, wrap } from './columns.js';
import { shortNumber } from './prompt-words.js';

const KINDS: Readonly<Record<LayerState['kind'], string>> = {
  mamba: 'Mamba',
  'mamba-2': 'Mamba-2',
  'short-convolution': 'a short convolution',
  'rwkv-6': 'RWKV-6 time mixing',
  'rwkv-7': 'RWKV-7 time mixing',
  'channel-mixing': 'RWKV channel mixing',
  'ngram-embedding': 'n-gram embeddings',
  'delta-rule': 'the gated delta rule',
  'kimi-delta': 'Kimi delta attention',
  lightning: 'lightning attention',
};

/** Most tokens that are shown; of a long prompt the last ones. */
const MOST_ROWS = 32;
const LABEL_WIDTH = 14;

/** `alone`: the layer has no attention next to the state. `labels` are those of the tokens. */
export function stateSection(
  state: LayerState,
  { alone, head, labels }: { alone: boolean; head: number; labels: readonly string[] },
  options: RenderOptions,
): string[] {
  const { theme, width } = options;
  const says = alone
    ? 'This layer does not look back at earlier tokens. It keeps a state of fixed size, and each token changes it'
    : 'Besides attention, this layer keeps a state of fixed size, and each token changes it';
  return [
    theme.heading('STATE'),
    ...wrap(`${says}: ${KINDS[state.kind]}.`, width - 2),
    ...partRows(state, options),
    ...wrap(`${formatBytes(state.bytes)} in all, the same for a text of any length.`, width - 2).map(theme.muted),
    ...(state.left === null ? windowOnly(state, options) : leftRows(state, { head, labels }, options)),
  ];
}

function partRows({ parts, heads, kind }: LayerState, { theme, width }: RenderOptions): string[] {
  const shifts = parts.filter((one) => one.kind === 'shift');
  const rows = parts.map((own): Cell[] => {
    const { dimensions, numbers } = own;
    const forNetwork = shifts.length > 1 && own === shifts.at(-1);
    return [
      { text: nameOf(own, formatCount(heads, unitOf(kind)), forNetwork) },
      { text: dimensions.map(formatInteger).join(' × '), style: theme.muted },
      { text: formatCount(numbers, 'number'), style: theme.muted },
      { text: formatBytes(numbers * Float32Array.BYTES_PER_ELEMENT), style: theme.number },
    ];
  });
  const columns: Column[] = [
    { align: 'left', shrinkTo: 12 },
    { align: 'left' },
    { align: 'right' },
    { align: 'right' },
  ];
  return alignColumns(rows, columns, width - 2);
}

/** RWKV keeps the previous token twice: for time mixing and for the feed-forward network. */
function nameOf({ kind, dimensions }: LayerState['parts'][number], heads: string, forNetwork: boolean): string {
  switch (kind) {
    case 'state':
      return `state of ${heads}`;
    case 'convolution':
      return `last ${formatCount(dimensions[0] ?? 0, 'token')}, for the convolution`;
    case 'shift':
      return `the token before${forNetwork ? ', for the network' : ''}`;
  }
}

/** In Mamba each channel has its own state. */
export function unitOf(kind: LayerState['kind']): 'channel' | 'head' {
  return kind === 'mamba' ? 'channel' : 'head';
}

function windowOnly({ parts }: LayerState, { width }: RenderOptions): string[] {
  const taps = parts.find(({ kind }) => kind === 'convolution')?.dimensions[0] ?? 0;
  return wrap(`A token is seen by the next ${formatCount(taps, 'token')} and then no more.`, width - 2);
}

function leftRows(
  { left, halfLives, heads, kind, overwrites }: LayerState,
  { head, labels }: { head: number; labels: readonly string[] },
  { theme, width }: RenderOptions,
): string[] {
  const all = left as NonNullable<typeof left>;
  const unit = unitOf(kind);
  const from = Math.max(0, labels.length - MOST_ROWS);
  const mean = labels.map((_, token) => all.reduce((sum, own) => sum + (own[token] ?? 0), 0) / heads);
  const lives = (halfLives ?? []).map((one) => one ?? Number.POSITIVE_INFINITY);
  const order = lives.map((_, i) => i).sort((a, b) => (lives[a] as number) - (lives[b] as number) || a - b);
  const [shortest = 0, longest = 0] = [order[0], order.at(-1)];
  const heading = [
    ...['', `${unit} ${head}`, `shortest, ${unit} ${shortest}`, `longest, ${unit} ${longest}`, 'mean', ''],
  ].map((text): Cell => ({ text, style: theme.muted }));
  const rows = labels.slice(from).map((label, i): Cell[] => {
    const token = from + i;
    return [
      { text: cut(label, LABEL_WIDTH), style: theme.muted },
      ...[head, shortest, longest].map((one): Cell => ({ text: share(all[one]?.[token] ?? null) })),
      { text: share(mean[token] ?? null), style: theme.number },
      { text: bar(mean[token] ?? 0, 16), style: theme.computed },
    ];
  });
  const columns: Column[] = [
    { align: 'right' },
    { align: 'right', shrinkTo: 5 },
    { align: 'right', shrinkTo: 5 },
    { align: 'right', shrinkTo: 5 },
    { align: 'right' },
    { align: 'left', shrinkTo: 4 },
  ];
  const more = overwrites ? ' This is by fading; a token also replaces what the state holds for its key.' : '';
  const cutOff = from === 0 ? [] : wrap(`the last ${MOST_ROWS} of ${labels.length} tokens`, width - 2).map(theme.muted);
  return [
    '',
    theme.heading('WHAT IS LEFT OF EACH TOKEN'),
    ...wrap(`How much of a token is left in the state after the last one: 1 is all of it.${more}`, width - 2).map(
      theme.muted,
    ),
    ...alignColumns([heading, ...rows], columns, width - 2),
    ...cutOff,
    ...wrap(halfWords(lives, unit), width - 2),
  ];
}

function share(value: number | null): string {
  if (value === null) return 'NaN';
  return value >= 0.9995 ? '1.00' : value.toFixed(2).replace(/^0/, '');
}

function halfWords(lives: readonly number[], unit: string): string {
  const [least, most] = [Math.min(...lives), Math.max(...lives)];
  const tokens = (count: number) => (count < 1 ? 'less than 1 token' : `about ${shortNumber(count)} tokens`);
  if (!Number.isFinite(least)) return 'Nothing fades in these tokens.';
  if (tokens(least) === tokens(most)) return `Half of a token has faded after ${tokens(least)}.`;
  const slowest = Number.isFinite(most)
    ? `after ${tokens(most)} in the one that forgets slowest`
    : 'the one that forgets slowest does not fade';
  return `Half of a token has faded after ${tokens(least)} in the ${unit} that forgets fastest, and ${slowest}.`;
}
