/**
 * How a token travels, as a row of steps, each with what it is made of and the vector that leaves it; below it the picture of `flow`, with
 * every tensor in its box.
 */

import type { ExplainReport, FlowStep } from '../../report/explain-schema.js';
import { formatCount, formatInteger } from '../../words/format-quantity.js';
import { embeddedSvg } from '../svg.js';
import { embeddedSvgStyle } from '../svg-style.js';
import { html, type Markup } from './markup.js';

const PICTURE = '.flow-picture';

/** The style of the picture and of its container: as wide as it is readable, with scrolling on a narrow screen. */
export const FLOW_STYLE = `${embeddedSvgStyle(PICTURE)}
${PICTURE}{margin-top:22px}${PICTURE} svg{display:block;width:100%;min-width:640px;max-width:860px;height:auto;margin:0 auto}
@media (max-width:760px){${PICTURE} svg{min-width:480px}}`;

/** Undefined for files that do not process tokens. */
export function flowDiagram({ model, flow, diagram }: ExplainReport): Markup | undefined {
  if (flow.length === 0) return undefined;
  const steps = flow.map((step) => {
    const [title, words, leaves] = stepWords(step, model.tiedOutput);
    const repeated = (step.repeat ?? 1) > 1 ? 'repeated' : '';
    return html`<li class="${repeated}"><strong>${title}</strong>${words}<small>${leaves}</small></li>`;
  });
  const list = html`<ol class="flow" aria-label="Steps from a token to the result">${steps}</ol>`;
  if (diagram === undefined) return list;
  // `embeddedSvg` escapes its text, because the same picture is also a file.
  const picture: Markup = { markup: embeddedSvg({ model, parts: diagram }) };
  return html`${list}
<details><summary>The whole graph, with every tensor in its box</summary><div class="scroll flow-picture" role="group" tabindex="0" aria-label="The flow with its tensors">${picture}</div></details>`;
}

/** The length of a vector in brackets. */
const vector = (size: number | undefined) => `[${formatInteger(size ?? 0)}]`;

function stepWords(
  { step, size, repeat, parts, fills }: FlowStep,
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
        ? ['Softmax', undefined, fills ? 'masked tokens' : 'next token']
        : ['Result', undefined, `vectors of ${formatInteger(size ?? 0)}`];
  }
}
