/** What is computed while the model runs, beside what is stored. */

import type { ComputedReport } from '../../report/explain-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';

const TITLES: Record<ComputedReport['what'], string> = {
  'kv-cache': 'KV cache',
  'recurrent-state': 'Recurrent state',
  'attention-scores': 'Attention scores',
  activations: 'Activations',
  logits: 'Logits',
};

/** Undefined where nothing is known of it. */
export function computedTable(computed: readonly ComputedReport[]): Markup | undefined {
  const [first] = computed;
  if (first === undefined) return undefined;
  const heads = first.contexts.map(
    ({ contextLength }) => html`<th scope="col" class="number">${formatInteger(contextLength)} tokens</th>`,
  );
  const rows = computed.map(
    ({ what, formula, assumption, contexts }) =>
      html`<tr><th scope="row">${TITLES[what]}</th><td><code>${formula}</code><br/><small>${assumption}</small></td>${contexts.map(({ bytes }) => html`<td class="number">${formatBytes(bytes)}</td>`)}</tr>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="Computed while it runs"><table class="top broad"><caption class="unseen">Computed while it runs, stored nowhere</caption><thead><tr><th scope="col">What</th><th scope="col">Formula</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}
