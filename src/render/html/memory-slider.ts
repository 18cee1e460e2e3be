/**
 * The memory for running the model at a chosen context, compared with the memory of common cards. The script moves the slider; without it,
 * the usual context is shown.
 */

import type { MemoryCurve, MemoryPoint } from '../../report/explain-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';

const GIB = 2 ** 30;

/** Memory of common cards, in GiB. */
const CARDS = [4, 6, 8, 12, 16, 24, 32, 48, 80, 96, 141, 192, 288];

/** The context that people ask for first. */
const USUAL = 8192;

/** The stops of the slider: every context whose memory was computed. */
function stopsOf({ curve, contexts }: MemoryCurve): MemoryPoint[] {
  const byLength = new Map([...curve, ...contexts].map((point) => [point.contextLength, point]));
  return [...byLength.values()].sort((a, b) => a.contextLength - b.contextLength);
}

/** Undefined if there is only one stop or none. */
export function memorySlider(memory: MemoryCurve): Markup | undefined {
  const stops = stopsOf(memory);
  const most = stops.at(-1);
  if (stops.length < 2 || most === undefined || most.totalBytes === 0) return undefined;
  const at = Math.max(
    0,
    stops.findLastIndex(({ contextLength }) => contextLength <= USUAL),
  );
  const shown = stops[at] as MemoryPoint;
  const cards = cardsFor(most.totalBytes);
  const scale = Math.max(most.totalBytes, (cards.at(-1) ?? 0) * GIB) * 1.02;
  const share = (bytes: number) => Number(((bytes / scale) * 100).toFixed(2));
  const weights = shown.totalBytes - shown.cacheBytes - (shown.computeBytes ?? 0);
  const marks = cards.map((card) => {
    const fits = shown.totalBytes <= card * GIB;
    return html`<g class="${fits ? 'fits' : 'small'}" data-card="${card}"><line x1="${share(card * GIB)}%" x2="${share(card * GIB)}%" y1="18" y2="62"/><text x="${share(card * GIB)}%" y="12" text-anchor="${share(card * GIB) > 96 ? 'end' : 'middle'}">${card}</text></g>`;
  });
  const words = `${formatInteger(shown.contextLength)} tokens`;
  const says =
    cards.length === 0
      ? html`It fits into any graphics card.`
      : html`Each line is a graphics card with that many GiB. <span id="card-words">${cardWords(shown.totalBytes, cards)}</span>`;
  return html`<div class="slider" id="memory-slider" data-scale="${Math.round(scale)}"><p class="picker"><label for="context" id="context-label" hidden="">Context</label> <input type="range" id="context" min="0" max="${stops.length - 1}" value="${at}" step="1" aria-valuetext="${words}" hidden=""/> <output id="context-words" for="context">${words}: <b>${formatBytes(shown.totalBytes)}</b></output></p>
<svg class="cards" width="100%" height="66" aria-hidden="true"><rect class="weights" id="bar-weights" x="0" y="26" height="28" width="${share(weights)}%"/><rect class="cache" id="bar-cache" x="${share(weights)}%" y="26" height="28" width="${share(shown.totalBytes - weights)}%"/>${marks}</svg>
<p class="note">${says}</p></div>`;
}

/** The cards around the memory of this model, at most two of them larger. Empty if every card is far larger. */
function cardsFor(bytes: number): number[] {
  if (bytes < GIB / 2) return [];
  const above = CARDS.findIndex((card) => card * GIB >= bytes);
  return above === -1 ? CARDS.slice(-6) : CARDS.slice(Math.max(0, above - 5), above + 2);
}

function cardWords(bytes: number, cards: readonly number[]): string {
  const fitting = cards.find((card) => card * GIB >= bytes);
  return fitting === undefined
    ? 'It is larger than all of these cards.'
    : `It fits into a card of ${fitting} GiB, if nothing else is on it.`;
}
