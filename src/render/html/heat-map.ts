/**
 * Which token attends to which, as a table with a shade for each attention weight. It shows one head; the script fills in other heads. Rows
 * and columns are tokens; of a long prompt the last ones.
 */

import type { AttentionReport } from '../../report/attention-schema.js';
import { html, type Markup } from './markup.js';
import { type Computed, scrolled, type Token, tokenText } from './numbers.js';

/** Most tokens on a side, and the number of tokens up to which the weights are written into the cells. */
const MOST_SHOWN = 40;
const MOST_WRITTEN = 14;

/** Number of shades, from no weight to all of it: the style sheet has a class for each. */
export const SHADES = 10;

type Weights = AttentionReport['attention'][number]['heads'][number];
type Pass = AttentionReport['attention'][number]['pass'];

/** The tokens that attend and those that are attended to; they differ in a decoder that attends to an encoder. */
export function sidesOf(
  { example: { tokens }, attention }: Computed,
  pass: Pass,
): { rows: readonly Token[]; columns: readonly Token[] } {
  const own = attention?.decoderTokens ?? [];
  const decodes = pass === 'decoder' || pass === 'cross';
  return { rows: decodes ? own : tokens, columns: pass === 'decoder' ? own : tokens };
}

export function heatMap(
  computed: Computed,
  {
    layer,
    head,
    pass,
    sees,
    weights,
  }: { layer: number; head: number; pass: Pass; sees: 'all' | undefined; weights: Weights },
): Markup {
  const { rows, columns } = sidesOf(computed, pass);
  const [fromRow, fromColumn] = [Math.max(0, rows.length - MOST_SHOWN), Math.max(0, columns.length - MOST_SHOWN)];
  const written = columns.length - fromColumn <= MOST_WRITTEN;
  const heads = columns
    .slice(fromColumn)
    .map((token) => html`<th scope="col"><span><bdi>${tokenText(token)}</bdi></span></th>`);
  const lines = rows.slice(fromRow).map((token, i) => {
    const own = weights[fromRow + i] ?? [];
    const cells = columns.slice(fromColumn).map((_, j) => heatCell(own[fromColumn + j], written));
    return html`<tr><th scope="row"><bdi>${tokenText(token)}</bdi></th>${cells}</tr>`;
  });
  const left =
    fromRow > 0 || fromColumn > 0 ? html`<p class="note">The last ${MOST_SHOWN} tokens are drawn.</p>` : undefined;
  const table = html`<table class="heat${written ? ' written' : ''}" id="heat" data-row="${fromRow}" data-column="${fromColumn}"><caption>Attention weights of layer <span id="heat-layer-name">${pass === undefined ? '' : `${pass} `}${layer}</span>, head <span id="heat-head-name">${head}</span></caption><thead><tr><th scope="col"><span class="unseen">Token</span></th>${heads}</tr></thead><tbody>${lines}</tbody></table>`;
  return html`<form class="picker" id="picker" hidden=""><label for="pick-layer">Layer</label> <select id="pick-layer"></select> <label for="pick-head">Head</label> <select id="pick-head"></select> <output id="heat-words" for="pick-layer pick-head">Point at a cell, or move through the cells with the arrow keys.</output></form>
<div class="maps">${scrolled('Attention weights', table)}<div id="head-maps" class="head-maps" role="group" aria-label="Heads of the layer" hidden=""></div></div>${left}
<p class="note">${rowWords(weights, sees)} The stronger the color, the larger the weight.</p>`;
}

function rowWords(weights: Weights, sees: 'all' | undefined): string {
  const to = sees === 'all' ? 'every token' : 'itself and to earlier tokens';
  const sum = (weights.at(-1) ?? []).reduce((total: number, weight) => total + (weight ?? 0), 0);
  const sums =
    sum > 0.98 ? 'A row sums to 1.' : 'The rest of a row, up to 1, goes to a sink, which adds nothing to the output.';
  return `Each row shows how much one token attends to ${to}. ${sums}`;
}

function heatCell(weight: number | null | undefined, written: boolean): Markup {
  if (weight === undefined) return html`<td class="none"></td>`;
  const text = weight === null ? 'NaN' : weight.toFixed(2);
  const shade = Math.round(Math.min(1, Math.max(0, weight ?? 0)) * SHADES);
  return html`<td class="h${shade}">${written ? text : html`<span class="unseen">${text}</span>`}</td>`;
}
