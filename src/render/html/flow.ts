/** The way of a token as a row of steps, each with what it is made of and the vector that leaves it. */

import { formatCount, formatInteger } from '../../report/quantity.js';
import type { ExplainReport, FlowStep } from '../../report/schema.js';
import { html, type Markup } from './markup.js';

/** Undefined for files that no token flows through. */
export function flowDiagram({ flow, model }: ExplainReport): Markup | undefined {
  if (flow.length === 0) return undefined;
  const steps = flow.map((step) => {
    const [title, words, leaves] = stepWords(step, model.tiedOutput);
    const repeated = (step.repeat ?? 1) > 1 ? 'repeated' : '';
    return html`<li class="${repeated}"><strong>${title}</strong>${words}<small>${leaves}</small></li>`;
  });
  return html`<ol class="flow" aria-label="Steps from a token to the result">${steps}</ol>`;
}

/** The vector in brackets, its length with it. */
const vector = (size: number | undefined) => `[${formatInteger(size ?? 0)}]`;

function stepWords(
  { step, size, repeat, parts }: FlowStep,
  tied: boolean,
): [title: string, words: Markup | undefined, leaves: string] {
  switch (step) {
    case 'tokens':
      return ['Token id', undefined, size === undefined ? 'an id' : `0 … ${formatInteger(Math.max(0, size - 1))}`];
    case 'embedding':
      return ['Embedding', html`<span>a row of the table</span>`, vector(size)];
    case 'encoder':
    case 'layers': {
      const title = formatCount(repeat ?? 1, step === 'encoder' ? 'encoder layer' : 'layer');
      const list = (parts ?? []).map((part) => html`<li>+ ${part}</li>`);
      return [title, html`<ul>${list}</ul>`, vector(size)];
    }
    case 'norm':
      return ['Norm', undefined, vector(size)];
    case 'output':
      return ['Output', html`<span>${tied ? 'the embedding again' : 'a score for each token'}</span>`, vector(size)];
    case 'result':
      return size === 1
        ? ['Softmax', undefined, 'next token']
        : ['Result', undefined, `vectors of ${formatInteger(size ?? 0)}`];
  }
}
