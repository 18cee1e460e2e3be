/** From a text to vectors: its tokens, and the real row of the table for one of them. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { Story } from '../../report/story-schema.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { html, joined, type Markup } from './markup.js';
import { tokenChip, tokenText, vector } from './numbers.js';

/** Most tokens that are shown of a long prompt. */
const MOST_TOKENS = 48;

/** Undefined if no row was read. */
export function tokenSection({ story, example }: ExplainReport): Markup | undefined {
  const row = story?.row;
  if (row === undefined) return undefined;
  const prompt = example?.prompt ?? null;
  const { token, table, offset, bytes, first, nearest } = row;
  const tokens = example?.tokens ?? [token];
  const chips = tokens.slice(0, MOST_TOKENS).map(tokenChip);
  const more = tokens.length > MOST_TOKENS ? html` <small>and ${tokens.length - MOST_TOKENS} more</small>` : undefined;
  const hasSpace = tokens.slice(0, MOST_TOKENS).some(({ piece }) => piece?.includes(' '));
  const spaces = hasSpace
    ? html` <span class="side-words">&#9601; is a space: it belongs to the token.</span>`
    : undefined;
  const told = example === undefined ? 'A token of the vocabulary' : 'The tokens, each with its id';
  const text = prompt === null ? undefined : html`<li><strong>The text</strong> <q>${shorten(prompt, 200)}</q></li>`;
  return html`<ol class="steps">${text}
<li><strong>${text === undefined ? told : 'Its tokens, each with its id'}</strong> <span class="tokens">${chips}${more}</span>${spaces}</li>
<li><strong>The row of token ${formatInteger(token.id)}</strong> <span class="side-words">Row ${formatInteger(token.id)} of <code>${shorten(table.name, 80)}</code>, which has ${formatInteger(table.rows)} rows. The model reads ${formatBytes(bytes)} from byte ${formatInteger(offset)} on; no other row is needed for this token.</span>
<span class="scroll" role="group" tabindex="0" aria-label="The row of ${tokenText(token)}">${vector(first, 'stored', table.length)}</span></li>${neighbors(nearest, token)}</ol>`;
}

/** Rows with a similar direction: what training has learned about the token. */
function neighbors(
  nearest: NonNullable<Story['row']>['nearest'],
  token: { id: number; piece: string | null },
): Markup | undefined {
  if (nearest.length === 0) return undefined;
  const chips = nearest.map(
    (near) =>
      html`<span class="token"><bdi>${tokenText(near)}</bdi> <small>${near.similarity.toFixed(2)}</small></span>`,
  );
  return html`
<li><strong>Its nearest rows</strong> <span class="side-words">The direction of its row is all that the file stores about a token. These rows point most nearly the same way as <bdi>${tokenText(token)}</bdi> (1 is the same direction):</span> <span class="tokens">${joined(chips, ' ')}</span></li>`;
}
