/** Small pieces of markup that several sections share: vectors, tokens, bars for shares, and the two cards of stored and computed. */

import type { ExampleReport } from '../../report/explain-schema.js';
import type { ComputedStory } from '../../report/story-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { shortNumber, tokenLabel } from '../text/prompt-words.js';
import { html, type Markup } from './markup.js';

/** Most UTF-16 units of a token. */
const MOST_OF_A_TOKEN = 24;

/** A computed prompt with its attention. */
export interface Computed extends ComputedStory {
  example: ExampleReport;
}

export interface Token {
  id: number;
  piece: string | null;
}

export function tokenText(token: Token): string {
  return shorten(tokenLabel(token), MOST_OF_A_TOKEN);
}

/** A token in a frame, with its id. */
export function tokenChip(token: Token): Markup {
  return html`<span class="token"><bdi>${tokenText(token)}</bdi> <small>${token.id}</small></span>`;
}

/** The origin of a vector, which decides its color: stored is blue, computed is orange. */
export type Origin = 'stored' | 'computed';

/** The first numbers of a vector in boxes. `length` is that of the whole vector, if it has more. */
export function vector(values: readonly (number | string | null)[], origin: Origin, length = values.length): Markup {
  const cells = values.map((value) => html`<span>${typeof value === 'string' ? value : shortNumber(value)}</span>`);
  const more =
    length > values.length ? html`<span class="rest">&#8230; ${formatInteger(length)} numbers</span>` : undefined;
  return html`<span class="vector ${origin}">${cells}${more}</span>`;
}

/**
 * A bar whose length is a share of the largest, from 0 to 1. The number next to it says the same, so the bar is hidden from screen readers.
 */
export function shareBar(share: number, color = 'bar'): Markup {
  const width = Number((Math.min(1, Math.max(0, share)) * 100).toFixed(1));
  return html`<svg class="share" width="100%" height="8" aria-hidden="true"><rect class="${color}" width="${width}%" height="8" rx="1"/></svg>`;
}

/** What is in the file, next to what is computed for each text. */
export function twoSides(stored: Markup, computed: Markup): Markup {
  return html`<div class="sides"><div class="side stored"><h3>Stored in the file</h3>${stored}</div><div class="side computed"><h3>Computed for this text</h3>${computed}</div></div>`;
}

/** A table that scrolls sideways. Its caption names it for screen readers. `broad` asks for room on a narrow screen. */
export function scrolled(name: string, table: Markup, more = ''): Markup {
  return html`<div class="scroll ${more}" role="group" tabindex="0" aria-label="${name}">${table}</div>`;
}
