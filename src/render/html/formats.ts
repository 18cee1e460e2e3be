/** The same model with every matrix in one format, largest first: precision traded for size. */

import type { ExplainReport } from '../../report/explain-schema.js';
import { formatBits, formatBytes } from '../../words/format-quantity.js';
import { shareBar } from './bar.js';
import { html, type Markup } from './markup.js';

/** Undefined where there is nothing to convert. */
export function formatsTable({ formats, model, totals }: ExplainReport): Markup | undefined {
  if (totals.bitsPerWeight === null || formats.every(({ bytes }) => bytes === totals.bytes)) return undefined;
  const largest = formats.reduce((most, { bytes }) => Math.max(most, bytes), totals.bytes);
  const here = html`<tr class="here"><th scope="row">this file${model.label === null ? '' : `, ${model.label.name}`}</th><td class="number">${formatBits(totals.bitsPerWeight)}</td><td class="number">${formatBytes(totals.bytes)}</td><td class="bars">${shareBar(totals.bytes / largest)}</td></tr>`;
  const smaller = formats.findIndex(({ bytes }) => bytes < totals.bytes);
  const rows = formats.map(
    ({ type, bytes, bitsPerWeight }) =>
      html`<tr><th scope="row">${type}</th><td class="number">${formatBits(bitsPerWeight)}</td><td class="number">${formatBytes(bytes)}</td><td class="bars">${shareBar(bytes / largest, 'bar faint')}</td></tr>`,
  );
  rows.splice(smaller === -1 ? rows.length : smaller, 0, here);
  return html`<div class="scroll narrow" role="region" tabindex="0" aria-label="The same model in other formats"><table><caption class="unseen">The same model in other formats</caption><thead><tr><th scope="col">Every matrix in</th><th scope="col" class="number">Bits per weight</th><th scope="col" class="number">Bytes</th><td class="bars"></td></tr></thead><tbody>${rows}</tbody></table></div>`;
}
