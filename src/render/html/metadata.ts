/** The metadata: what the file states, key by key; the chat template and other long texts with their line breaks. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { MetadataEntryReport, ModelReport } from '../../report/schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { html, joined, type Markup } from './markup.js';
import { scrolled } from './numbers.js';

/** Most keys, and most UTF-16 units of a key and of a value in a cell. */
const MOST_KEYS = 400;
const MOST_OF_A_KEY = 120;
const MOST_OF_A_VALUE = 240;
/** Most UTF-16 units of a text that is shown with its line breaks. */
const MOST_OF_A_TEXT = 24 * 1024;
const MOST_TEXTS = 8;
const MOST_ITEMS = 6;

/** Undefined if the report does not contain them. */
export function metadataSection({ metadata, model, file }: ExplainReport): Markup | undefined {
  if (metadata === undefined || metadata.length === 0) return undefined;
  const rows = metadata
    .slice(0, MOST_KEYS)
    .map(
      (entry) =>
        html`<tr><th scope="row"><code>${shorten(entry.key, MOST_OF_A_KEY)}</code>${entry.says === undefined ? undefined : html`<small class="below">${entry.says}</small>`}</th><td><small>${entry.type}</small></td><td class="value"><bdi>${valueWords(entry)}</bdi></td></tr>`,
    );
  const left = file.metadataCount - rows.length;
  const more =
    left > 0
      ? html`<p class="note">Not listed here: ${formatInteger(left)} more. <code>gguf-explain metadata</code> lists all.</p>`
      : undefined;
  const table = html`<table class="top stack metadata"><caption class="unseen">Metadata</caption><thead><tr><th scope="col">Key</th><th scope="col">Type</th><th scope="col">Value</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`${tokenizerWords(model)}${metadata.filter(isText).slice(0, MOST_TEXTS).map(textBlock)}<details><summary>All keys (${formatInteger(file.metadataCount)})</summary>${scrolled('Metadata', table)}${more}</details>`;
}

/** License and tokenizer, one sentence each. */
function tokenizerWords({ license, tokenizer }: ModelReport): Markup {
  const words = [
    license === null
      ? html`The file does not state a license.`
      : html`License: <b><bdi>${shorten(license, 80)}</bdi></b>.`,
  ];
  if (tokenizer !== null) {
    const { model, pre, tokens, chatTemplate } = tokenizer;
    const split = pre === null ? undefined : html` (pre-tokenizer <bdi>${shorten(pre, 40)}</bdi>)`;
    const size = tokens === null ? undefined : html`, ${formatInteger(tokens)} tokens`;
    words.push(html`Tokenizer: <b><bdi>${shorten(model, 40)}</bdi></b>${split}${size}.`);
    words.push(chatTemplate ? html`It has a chat template.` : html`It has no chat template.`);
  }
  return html`<p>${joined(words, ' ')}</p>`;
}

function isText({ value }: MetadataEntryReport): boolean {
  return typeof value === 'string' && (value.includes('\n') || value.length > MOST_OF_A_VALUE);
}

/** Escapes line by line: otherwise the line breaks would be shown as invisible characters. */
function textBlock({ key, value, complete }: MetadataEntryReport): Markup {
  const text = (value as string).slice(0, MOST_OF_A_TEXT);
  const lines = text.split(/\r?\n/).map((line) => html`${line.replaceAll('\t', '    ')}`);
  const cut =
    complete && text.length === (value as string).length
      ? undefined
      : html`<p class="note">Only the beginning is shown.</p>`;
  return html`<details><summary><code>${shorten(key, MOST_OF_A_KEY)}</code>, ${formatInteger(lines.length)} lines</summary><div class="scroll" role="group" tabindex="0" aria-label="${shorten(key, MOST_OF_A_KEY)}"><pre><bdi>${{ markup: lines.map(({ markup }) => markup).join('\n') }}</bdi></pre></div>${cut}</details>`;
}

function valueWords(entry: MetadataEntryReport): string {
  const { value, count, complete } = entry;
  if (isText(entry)) return `${shorten((value as string).replace(/\s+/g, ' '), 80)}`;
  if (!Array.isArray(value)) return shorten(String(value), MOST_OF_A_VALUE);
  const items = value
    .slice(0, MOST_ITEMS)
    .map((item) => (typeof item === 'object' ? '[…]' : shorten(String(item), 40)));
  const more = complete && value.length <= MOST_ITEMS ? '' : ', …';
  return `${formatInteger(count ?? value.length)} × [${items.join(', ')}${more}]`;
}
