/** The types of one model as classes of its style sheet, and the legend for them. */

import type { TypeShare } from '../../report/tensor-groups.js';
import { formatBits, formatBytes, formatCount } from '../../words/format-quantity.js';
import { typeColor } from './colors.js';
import { html, type Markup } from './markup.js';

/** Most types with their own class. All of today's types fit; a damaged file may name thousands. */
const MOST_TYPES = 40;

export interface Palette {
  /** The number in the classes of a type: `t3` for its color, `x3` for the text on it. */
  number(type: string): string;
  css: string;
  legend: Markup;
}

export function makePalette(types: readonly TypeShare[]): Palette {
  const own = types.slice(0, MOST_TYPES);
  const numbers = new Map(own.map(({ type }, i) => [type, String(i)]));
  const colors = [...own.map((type, i) => [String(i), typeColor(type)] as const), ['n', typeColor(NO_TYPE)] as const];
  return {
    number: (type) => numbers.get(type) ?? 'n',
    css: colors
      .map(
        ([number, { background, text }]) =>
          `.t${number}{fill:${background};background:${background};color:${text}}.x${number}{fill:${text}}`,
      )
      .join('\n'),
    legend: legend(types, own),
  };
}

const NO_TYPE = { family: null, bitsPerWeight: null };

function legend(types: readonly TypeShare[], own: readonly TypeShare[]): Markup {
  const items = own.map(({ type, bitsPerWeight, bytes, tensors, says }, i) => {
    const bits = bitsPerWeight === null ? '' : `${formatBits(bitsPerWeight)} bits · `;
    const words = `${bits}${formatBytes(bytes)} in ${formatCount(tensors, 'tensor')}`;
    return html`<li title="${says ?? type}"><span class="chip t${i}">${type}</span> <small>${words}</small></li>`;
  });
  const more = types.length - own.length;
  return html`<ul class="legend" aria-label="Quantization types">${items}${
    more > 0 ? html`<li><span class="chip tn">${formatCount(more, 'more type')}</span></li>` : undefined
  }</ul>`;
}
