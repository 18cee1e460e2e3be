/** What fits, in a word or two for a table cell, and why one choice is the best. */

import type { FitCell, Fits } from '../../report/fits-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { sanitize } from '../sanitize.js';
import type { Theme } from '../theme.js';
import type { Cell } from './columns.js';

/** `fits`, `20 of 33 layers`, `experts of 12 in RAM`, `no`; with the total bytes if there is room. */
export function fitCell(cell: FitCell | undefined, theme: Theme, withBytes: boolean): Cell {
  if (cell === undefined) return { text: '–', style: theme.muted };
  const { where, layers, totalBytes } = cell;
  const words = {
    whole: 'fits',
    experts: `experts of ${layers?.partial} in RAM`,
    layers: `${layers?.onCards} of ${layers?.all} layers`,
    none: 'no',
  }[where];
  const style = { whole: theme.number, experts: undefined, layers: undefined, none: theme.muted }[where];
  return { text: withBytes ? `${formatBytes(totalBytes)}  ${words}` : words, style };
}

const REASONS: Readonly<Record<NonNullable<Fits['best']>['reason'], string>> = {
  whole: 'the most bits that fit completely',
  'whole-shorter': 'the most bits that fit completely with one of these contexts',
  partial: 'nothing fits completely; this is the smallest with 4 bits or more, and a part of it is in system RAM',
  'few-bits': 'the largest that fits; below 4 bits a model loses much quality',
};

/** `Q5_K_M: the most bits that fit whole, at 32,768 tokens`. */
export function bestWords({ best }: Fits, name: (name: string) => string = sanitize): string {
  if (best === null) return 'Nothing fits: use a smaller model, or more memory.';
  return `▸ ${name(best.name)}: ${REASONS[best.reason]}, at ${formatInteger(best.contextLength)} tokens.`;
}

/** The hardware to fit on: `RTX 4090, 23.4 GiB`. */
export function roomWords({ devices, ramBytes, budget, marginBytes = 0 }: Fits): string {
  const cards = (devices ?? []).map(({ name, freeBytes }) => `${sanitize(name)}, ${formatBytes(freeBytes)}`);
  const ram = ramBytes ? [`system RAM, ${formatBytes(ramBytes)}`] : [];
  const margin = devices === undefined ? [] : [`${formatBytes(marginBytes)} of each card left free`];
  const all = budget === undefined ? [] : [`${formatBytes(budget)} for all`];
  return [...cards, ...ram, ...margin, ...all].join('; ');
}
