/**
 * Memory by context length: weights that stay the same, a cache that grows, buffers for one batch. A picture without a script, and a table.
 */

import type { MemoryCurve, MemoryPoint } from '../../report/explain-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';
import { memorySlider } from './memory-slider.js';

const HEIGHT = 260;
/** Pixels above the plot, for the label of its upper edge. */
const ABOVE = 18;
/** Pixels below the plot, for the lengths. */
const BELOW = 24;
/** Inside the plot, units are hundredths of its width and thousandths of its height; it is stretched to its size. */
const TALL = 1000;

type Layer = 'weights' | 'cache' | 'compute';

/** The weights are the total without the cache and the compute buffers. */
const weightsOf = ({ totalBytes, cacheBytes, computeBytes }: MemoryPoint) =>
  totalBytes - cacheBytes - (computeBytes ?? 0);

const HEIGHTS: Readonly<Record<Layer, (point: MemoryPoint) => number>> = {
  weights: weightsOf,
  cache: ({ totalBytes, computeBytes }) => totalBytes - (computeBytes ?? 0),
  compute: ({ totalBytes }) => totalBytes,
};

export function memorySection(curve: MemoryCurve): Markup {
  return html`${memorySlider(curve)}<div class="memory"><figure>${picture(curve)}${legend(curve)}</figure>${table(curve)}</div>${notes(curve)}`;
}

function picture({ curve: points, trainedContextLength: trained }: MemoryCurve): Markup | undefined {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.totalBytes === 0) return undefined;
  const step = tickStep(last.totalBytes);
  const top = Math.ceil(last.totalBytes / step) * step;
  // From 0 tokens on, the curve has the value of the shortest context: running with less memory is not possible.
  const from: MemoryPoint[] = [{ ...first, contextLength: 0 }, ...points];
  const edge = (of: (point: MemoryPoint) => number) =>
    from.map((point) => `${short((point.contextLength / trained) * 100)} ${short(TALL - (of(point) / top) * TALL)}`);
  const area = (layer: Layer, below: (point: MemoryPoint) => number) => {
    const outline = [...edge(HEIGHTS[layer]), ...edge(below).reverse()].join('L');
    return html`<path class="${layer}" d="M${outline}Z"/>`;
  };
  const ticks = Array.from({ length: Math.round(top / step) }, (_, i) => (i + 1) * step);
  const lines = ticks.map((bytes) => {
    const y = short(ABOVE + HEIGHT * (1 - bytes / top));
    return html`<line x1="0" x2="100%" y1="${y}" y2="${y}"/><text x="2" y="${y}" dy="-4">${formatBytes(bytes)}</text>`;
  });
  const title = `Memory from ${formatInteger(first.contextLength)} to ${formatInteger(trained)} tokens of context: ${formatBytes(first.totalBytes)} to ${formatBytes(last.totalBytes)}`;
  const plot = html`<svg y="${ABOVE}" width="100%" height="${HEIGHT}" viewBox="0 0 100 ${TALL}" preserveAspectRatio="none">${area('weights', () => 0)}${area('cache', HEIGHTS.weights)}${area('compute', HEIGHTS.cache)}</svg>`;
  const base = html`<line class="base" x1="0" x2="100%" y1="${ABOVE + HEIGHT}" y2="${ABOVE + HEIGHT}"/>`;
  return html`<svg class="curve" width="100%" height="${ABOVE + HEIGHT + BELOW}" role="img" aria-labelledby="curve-title"><title id="curve-title">${title}</title>${plot}${lines}${base}${lengthLabels(trained)}</svg>`;
}

/** Quarters of the trained length, if these are whole numbers. */
function lengthLabels(trained: number): Markup[] {
  const quarters = trained % 4 === 0 ? [1, 2, 3, 4] : [4];
  return [
    html`<text x="0" y="${ABOVE + HEIGHT + 17}">0 tokens</text>`,
    ...quarters.map((quarter) => {
      const anchor = quarter === 4 ? 'end' : 'middle';
      const shown = quarter % 2 === 0 ? 'any' : 'middle';
      return html`<text class="${shown}" x="${quarter * 25}%" y="${ABOVE + HEIGHT + 17}" text-anchor="${anchor}">${formatInteger((trained / 4) * quarter)}</text>`;
    }),
  ];
}

/** A power of two of bytes, so that three to six steps make the whole. */
function tickStep(bytes: number): number {
  return 2 ** Math.ceil(Math.log2(bytes / 6));
}

function legend({ curve }: MemoryCurve): Markup {
  const last = curve.at(-1) as MemoryPoint;
  const items: [Layer, string][] = [['weights', 'Weights, stored']];
  if (last.cacheBytes > 0) items.push(['cache', 'KV cache and recurrent state, computed']);
  if ((last.computeBytes ?? 0) > 0) items.push(['compute', 'Buffers for one batch']);
  return html`<figcaption><ul class="legend">${items.map(([layer, words]) => html`<li><span class="swatch ${layer}"></span>${words}</li>`)}</ul></figcaption>`;
}

function table({ contexts }: MemoryCurve): Markup {
  const lines = contexts.map((point) => {
    const { contextLength, cacheBytes, computeBytes, totalBytes } = point;
    return html`<tr><th scope="row">${formatInteger(contextLength)}</th><td>${formatBytes(weightsOf(point))}</td><td>${formatBytes(cacheBytes)}</td><td>${computeBytes ? formatBytes(computeBytes) : '–'}</td><td>${formatBytes(totalBytes)}</td></tr>`;
  });
  return html`<div class="scroll" role="group" tabindex="0" aria-label="Memory by context length"><table class="numbers"><caption class="unseen">Memory by context length</caption><thead><tr><th scope="col">Tokens</th><th scope="col">Weights</th><th scope="col">Cache</th><th scope="col">Buffers</th><th scope="col">Together</th></tr></thead><tbody>${lines}</tbody></table></div>`;
}

function notes({ confidence, assumptions, formulas }: MemoryCurve): Markup {
  const formula =
    formulas.length === 0
      ? undefined
      : html`<p class="note">Kept for each sequence at the longest context: <code>${formulas.join(' + ')}</code></p>`;
  const words =
    confidence === 'exact'
      ? 'One sequence, cache in F16 with room for tokens in steps of 256, as llama.cpp allocates it.'
      : 'Computed with a general formula, which may be wrong for this architecture.';
  return html`${formula}<p class="note">${[words, ...assumptions].join(' ')}</p>`;
}

function short(value: number): string {
  return String(Number(value.toFixed(2)));
}
