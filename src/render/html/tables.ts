/** The tables of numbers: what is stored by role, what is computed while the model runs, the same model in other formats. */

import type { ComputedReport, ExplainReport, StoredRow } from '../../report/explain-schema.js';
import { formatBits, formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { percent } from '../text/prompt-words.js';
import { shapeWords } from '../text/shape-words.js';
import { html, type Markup } from './markup.js';
import { shareBar } from './numbers.js';
import type { Palette } from './palette.js';

/** Undefined for a file without tensors. */
export function storedTable(rows: readonly StoredRow[], palette: Palette): Markup | undefined {
  if (rows.length === 0) return undefined;
  const several = new Set(rows.map(({ component }) => component)).size > 1;
  const largest = rows.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const all = rows.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = rows.map((row) => {
    const name = several && row.component !== 'text' ? `${row.title} (${row.component})` : row.title;
    const share = all === 0 ? '' : percent(row.bytes / all);
    return html`<tr><th scope="row">${name}</th><td class="shape">${shapesWords(row)}</td><td class="number">${formatInteger(row.tensors)}</td><td class="kinds">${typeChips(row.types, palette)}</td><td class="number">${formatParameters(row.parameters)}</td><td class="number">${formatBytes(row.bytes)}</td><td class="number">${share}</td><td class="bars">${shareBar(largest === 0 ? 0 : row.bytes / largest)}</td></tr>`;
  });
  return html`<div class="scroll" role="group" tabindex="0" aria-label="Stored, by role"><table class="stored stack"><caption class="unseen">Stored, by role</caption><thead><tr><th scope="col">Role</th><th scope="col">In &#8594; out</th><th scope="col" class="number">Tensors</th><th scope="col">Type</th><th scope="col" class="number">Parameters</th><th scope="col" class="number">Bytes</th><th scope="col" class="number">Share</th><td class="bars"></td></tr></thead><tbody>${lines}</tbody></table></div>`;
}

/** Most types in one cell. */
const MOST_TYPES = 4;

/** The types of a row, each in its color; with several types, also the number of tensors of each. */
export function typeChips(types: StoredRow['types'], palette: Palette): Markup {
  const chips = types.slice(0, MOST_TYPES).map(({ type, count }) => {
    const times = types.length > 1 ? html` <small>&#215;${formatInteger(count)}</small>` : undefined;
    return html`<span class="pair"><span class="chip t${palette.number(type)}">${type}</span>${times}</span> `;
  });
  return html`${chips}${types.length > MOST_TYPES ? html`<small>and ${types.length - MOST_TYPES} more</small>` : undefined}`;
}

function shapesWords({ shapes, kind }: StoredRow): string {
  const [first, ...others] = shapes;
  if (first === undefined) return '';
  if (others.length > 0 && first.ggml.length === 1) {
    return `vectors of ${shapes.map(({ ggml }) => formatInteger(ggml[0] ?? 1)).join(', ')}`;
  }
  const words = shapeWords(first, kind, 'full');
  return others.length === 0 ? words : `${words}, and others`;
}

// What is computed while the model runs, next to what is stored.

const TITLES: Record<ComputedReport['what'], string> = {
  'kv-cache': 'KV cache',
  'recurrent-state': 'Recurrent state',
  'attention-scores': 'Attention scores',
  activations: 'Activations',
  logits: 'Logits',
};

/** Undefined if nothing is known about it. */
export function computedTable(computed: readonly ComputedReport[]): Markup | undefined {
  const [first] = computed;
  if (first === undefined) return undefined;
  const heads = first.contexts.map(
    ({ contextLength }) => html`<th scope="col" class="number">${formatInteger(contextLength)} tokens</th>`,
  );
  const rows = computed.map(
    ({ what, formula, assumption, contexts }) =>
      html`<tr><th scope="row">${TITLES[what]}</th><td><code>${formula}</code><br/><small>${assumption}</small></td>${contexts.map(({ contextLength, bytes }) => html`<td class="number" data-at="${formatInteger(contextLength)} tokens">${formatBytes(bytes)}</td>`)}</tr>`,
  );
  return html`<div class="scroll" role="group" tabindex="0" aria-label="Computed while it runs"><table class="top run stack"><caption class="unseen">Computed while it runs, stored nowhere</caption><thead><tr><th scope="col">What</th><th scope="col">Formula</th>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

// The same model in other formats, largest first: precision traded for size.

/** Undefined if there is nothing to convert. */
export function formatsTable({ formats }: ExplainReport): Markup | undefined {
  if (formats.every(({ current }) => current)) return undefined;
  const largest = formats.reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const rows = formats.map(({ fileType, bytes, bitsPerWeight, current }) => {
    const cells = html`<td class="number">${formatBits(bitsPerWeight)}</td><td class="number">${formatBytes(bytes)}</td><td class="bars">${shareBar(bytes / largest, current ? 'bar' : 'bar faint')}</td>`;
    return current
      ? html`<tr class="here"><th scope="row">this file, ${fileType}</th>${cells}</tr>`
      : html`<tr><th scope="row">${fileType}</th>${cells}</tr>`;
  });
  return html`<div class="scroll narrow" role="group" tabindex="0" aria-label="The same model in other formats"><table><caption class="unseen">The same model in other formats, by the rules of llama.cpp's quantizer</caption><thead><tr><th scope="col">File type</th><th scope="col" class="number">Bits per weight</th><th scope="col" class="number">Bytes</th><td class="bars"></td></tr></thead><tbody>${rows}</tbody></table></div>`;
}
