/** A bar in the cell of a table: how much of the largest. Said by the number beside it, so it is hidden from who listens. */

import { html, type Markup } from './markup.js';

/** `share` from 0 to 1. Drawn, as the page allows no styles on elements. */
export function shareBar(share: number, color = 'bar'): Markup {
  const width = Number((Math.min(1, Math.max(0, share)) * 100).toFixed(1));
  return html`<svg class="share" width="100%" height="8" aria-hidden="true"><rect class="${color}" width="${width}%" height="8" rx="1"/></svg>`;
}
