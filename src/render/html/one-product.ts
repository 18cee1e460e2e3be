/** The guide's lens at work: one vector, one row of a matrix, and the resulting number, product by product. */

import type { Lens } from '../../report/lens-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { shortNumber } from '../text/prompt-words.js';
import { html, type Markup } from './markup.js';
import { scrolled, tokenText, vector } from './numbers.js';

export function oneProduct(lens: Lens): Markup {
  const { layer, token, tensor, type, inputs, outputs, row, terms, rest, sum, factor, bias, result, output, rounded } =
    lens;
  const rows = terms.map(
    ({ x, weight, product }, i) =>
      html`<tr><th scope="row">${i}</th><td class="number from-computed">${shortNumber(x)}</td><td class="number from-stored">${shortNumber(weight)}</td><td class="number">${shortNumber(product)}</td></tr>`,
  );
  const line = (words: string, value: number | null) =>
    html`<tr><th scope="row" colspan="3">${words}</th><td class="number">${shortNumber(value)}</td></tr>`;
  const left = inputs - terms.length;
  const sums = [
    ...(left > 0 ? [line(`${formatInteger(left)} more products`, rest)] : []),
    line('Sum', sum),
    ...(factor === undefined ? [] : [line('Times a factor of the model', factor)]),
    ...(bias === undefined ? [] : [line('Plus the bias', bias)]),
    ...(factor === undefined && bias === undefined ? [] : [line('Result', result)]),
  ];
  const table = html`<table class="product"><caption class="unseen">One product, number by number</caption><thead><tr><th scope="col">Number</th><th scope="col" class="number">Vector x</th><th scope="col" class="number">Row ${formatInteger(row)} of the matrix</th><th scope="col" class="number">Product</th></tr></thead><tbody>${rows}${sums}</tbody></table>`;
  const note =
    rounded === null
      ? undefined
      : html`<p class="note">x is rounded to ${rounded} before the product, as llama.cpp does for a matrix in ${type}.</p>`;
  return html`<p>x is the vector of <bdi>${tokenText(token)}</bdi> in layer ${layer}, normalized. The matrix is <code>${shorten(tensor, 80)}</code>: ${formatInteger(outputs)} rows of ${formatInteger(inputs)} weights. Each number of x meets the weight at its place, and the products are added up:</p>
${scrolled('One product, number by number', table, 'narrow')}
<p>That is one number. All ${formatInteger(outputs)} rows give the whole vector, in ${formatInteger(inputs * outputs)} multiplications: ${vector(output, 'computed', outputs)}</p>${note}`;
}
