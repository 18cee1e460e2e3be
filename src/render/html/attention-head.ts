/** One layer opened: what attention reads from the file, what it computes for this text, and one head in numbers. */

import type { AttentionReport, HeadFigure, LayerState } from '../../report/attention-schema.js';
import type { HeadNumbers } from '../../report/story-schema.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { shortNumber } from '../text/prompt-words.js';
import { heatMap, sidesOf } from './heat-map.js';
import { html, type Markup } from './markup.js';
import { type Computed, scrolled, tokenText, twoSides, vector } from './numbers.js';

type Attention = NonNullable<Computed['attention']>;

/** Number of tokens whose keys and values are listed: the last ones of the prompt. */
const MOST_LISTED = 16;

/** Undefined for a model that has neither attention nor a state. */
export function attentionSection(computed: Computed): Markup | undefined {
  const { attention } = computed;
  if (attention === null) return undefined;
  const { figure, states } = attention;
  if (figure === null) return states?.[0] === undefined ? undefined : stateOnly(states[0]);
  const own = attention.attention.find(({ layer, pass }) => layer === figure.layer && pass === figure.pass);
  const weights = own?.heads[figure.head] ?? figure.shares;
  return html`<p>Layer ${figure.layer} of ${formatInteger(attention.layers)} has ${formatCount(figure.queryHeads, 'head')}${sharing(figure)}. Each head asks one kind of question of the tokens: the query says what a token looks for, the key what a token offers, the value what it hands over.</p>
${twoSides(storedSide(attention), computedSide(attention, figure))}
<h3>Who attends to whom</h3>
${heatMap(computed, { layer: figure.layer, head: figure.head, pass: figure.pass, sees: figure.sees, weights })}
${headInNumbers(computed, figure)}`;
}

function sharing({ queryHeads, keyHeads }: HeadFigure): string {
  if (queryHeads === keyHeads) return ', each with its own keys and values';
  return `; they share ${formatCount(keyHeads, 'head')} of keys and values`;
}

function storedSide({ stored }: Attention): Markup {
  const rows = stored.map(
    ({ tensor, length, rows: count, ofRows, bytes }) =>
      html`<tr><th scope="row"><code>${shorten(tensor, 60)}</code></th><td class="number">${ofRows > 1 ? `${formatInteger(length)} × ${formatInteger(count)}${count < ofRows ? ` of ${formatInteger(ofRows)}` : ''}` : formatInteger(length)}</td><td class="number">${formatBytes(bytes)}</td></tr>`,
  );
  return html`${scrolled('Read from the file for this layer', html`<table><caption class="unseen">Read from the file for this layer</caption><thead><tr><th scope="col">Tensor</th><th scope="col" class="number">Numbers</th><th scope="col" class="number">Bytes</th></tr></thead><tbody>${rows}</tbody></table>`)}<p><b>${total(stored)}</b>, the same for every text.</p>`;
}

const KINDS: Readonly<Record<AttentionReport['computed'][number]['kind'], string>> = {
  query: 'Queries',
  key: 'Keys',
  value: 'Values',
  scores: 'Attention scores',
};

function computedSide({ computed }: Attention, { queryHeads, keyHeads }: HeadFigure): Markup {
  const rows = computed.map(
    ({ kind, numbers, bytes }) =>
      html`<tr><th scope="row">${KINDS[kind]} of ${formatCount(kind === 'key' || kind === 'value' ? keyHeads : queryHeads, 'head')}</th><td class="number">${formatInteger(numbers)}</td><td class="number">${formatBytes(bytes)}</td></tr>`,
  );
  return html`${scrolled('Computed for this layer', html`<table><caption class="unseen">Computed for this layer</caption><thead><tr><th scope="col">What</th><th scope="col" class="number">Numbers</th><th scope="col" class="number">Bytes</th></tr></thead><tbody>${rows}</tbody></table>`)}<p><b>${total(computed)}</b>, gone when the text is gone.</p>`;
}

const total = (rows: readonly { bytes: number }[]) => formatBytes(rows.reduce((sum, { bytes }) => sum + bytes, 0));

/** The query of the last token, the keys and values of the tokens that it sees, and the output of the head. */
function headInNumbers(computed: Computed, figure: HeadFigure): Markup | undefined {
  const { d, divisor, head, layer, cap } = figure;
  const { rows, columns } = sidesOf(computed, figure.pass);
  const own = computed.heads[head] ?? numbersOf(figure);
  const last = rows.length - 1;
  const query = rows[last];
  if (query === undefined) return undefined;
  const from = Math.max(0, columns.length - MOST_LISTED);
  const shares = figure.shares[last] ?? [];
  const lines = columns.slice(from).map((token, i) => {
    const at = from + i;
    return html`<tr><th scope="row"><bdi>${tokenText(token)}</bdi></th><td>${vector(own.key[at] ?? [], 'computed')}</td><td class="number">${shortNumber(own.scores[last]?.[at] ?? null)}</td><td class="number">${shortNumber(shares[at] ?? null)}</td><td>${vector(own.value[at] ?? [], 'computed')}</td></tr>`;
  });
  const root = Math.abs(divisor - Math.sqrt(d)) < 1e-4 ? `√${d}` : shortNumber(divisor);
  const capped = cap === null ? '' : `, held within ±${shortNumber(cap)}`;
  const table = html`<table class="one stack" id="head-table" data-from="${from}"><caption class="unseen">Keys, scores, weights and values of one head</caption><thead><tr><th scope="col">Token</th><th scope="col">Key</th><th scope="col" class="number">Score</th><th scope="col" class="number">Weight</th><th scope="col">Value</th></tr></thead><tbody>${lines}</tbody></table>`;
  const short = (d > 4 && html`The first numbers of each vector are shown.`) || undefined;
  return html`<div id="head-numbers" data-layer="${layer}" data-pass="${figure.pass ?? ''}"><h3>Head <span id="numbers-head">${head}</span> of layer ${layer} in numbers</h3>
<p>The query of <bdi>${tokenText(query)}</bdi>: <span id="head-query">${vector(own.query[last] ?? [], 'computed', d)}</span></p>
${scrolled('One head in numbers', table)}
<p class="note">Score = query &#183; key &#247; ${root}${capped}. The weights are the softmax of the scores${figure.rotated ? '; query and key are first rotated by position (RoPE)' : ''}. ${short}</p>
<p>The output is the sum of all values, each times its weight: <span id="head-output">${vector(own.output[last] ?? [], 'computed', figure.output.length)}</span></p></div>
<p class="note" id="numbers-elsewhere" hidden="">The numbers of single vectors are kept for layer ${layer} only.</p>`;
}

function numbersOf({ head, keyHead, query, key, value, output, scores }: HeadFigure): HeadNumbers {
  return { head, keyHead, query: query.first, key: key.first, value: value.first, output: output.first, scores };
}

function stateOnly({ layer, bytes, heads, parts }: LayerState): Markup {
  const rows = parts.map(
    ({ kind, dimensions, numbers }) =>
      html`<tr><th scope="row">${STATES[kind]}</th><td>${dimensions.map(formatInteger).join(' × ')}</td><td class="number">${formatBytes(numbers * 4)}</td></tr>`,
  );
  const table = html`<table><caption class="unseen">What the layer keeps</caption><thead><tr><th scope="col">Part</th><th scope="col">Numbers</th><th scope="col" class="number">Bytes</th></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<p>The layers of this model do not look back at earlier tokens. Layer ${layer} keeps a state of ${formatBytes(bytes)}${heads > 1 ? ` in ${formatCount(heads, 'head')}` : ''}. Each token changes it, and it has the same size for a text of any length.</p>${scrolled('What the layer keeps', table, 'narrow')}`;
}

const STATES: Readonly<Record<LayerState['parts'][number]['kind'], string>> = {
  state: 'State',
  convolution: 'Last tokens, for a short convolution',
  shift: 'The token before',
};
