/** How the layers change the last token's vector, and the tokens that are likely next. */

import type { ExampleReport } from '../../report/explain-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { percent, shortNumber } from '../text/prompt-words.js';
import { html, type Markup } from './markup.js';
import { scrolled, shareBar, tokenText, vector } from './numbers.js';

/** Most layers that are listed. */
const MOST_LAYERS = 200;

export function layersSection({ layers, tokens }: ExampleReport): Markup | undefined {
  const last = tokens.at(-1);
  if (layers.length === 0 || last === undefined) return undefined;
  const longest = layers.reduce(
    (most, { attention, feedForward }) => Math.max(most, attention ?? 0, feedForward ?? 0),
    0,
  );
  const added = (length: number | null) =>
    length === null
      ? html`<td class="number">&#8211;</td><td class="bars"></td>`
      : html`<td class="number">${shortNumber(length)}</td><td class="bars">${shareBar(longest === 0 ? 0 : length / longest, 'orange')}</td>`;
  const rows = layers
    .slice(0, MOST_LAYERS)
    .map(
      ({ layer, pass, attention, feedForward, after, experts }) =>
        html`<tr><th scope="row">${pass === undefined ? '' : `${pass} `}${layer}</th>${added(attention)}${added(feedForward)}<td class="number">${shortNumber(after)}</td>${experts === undefined ? undefined : html`<td>${experts.map(({ expert }) => expert).join(', ')}</td>`}</tr>`,
    );
  const experts = layers.some((layer) => layer.experts !== undefined);
  const table = html`<table class="layers"><caption class="unseen">What each layer adds to the vector of the last token</caption><thead><tr><th scope="col">Layer</th><th scope="col" class="number">Attention adds</th><td class="bars"></td><th scope="col" class="number">${experts ? 'Experts add' : 'Feed-forward adds'}</th><td class="bars"></td><th scope="col" class="number">Length after</th>${experts ? html`<th scope="col">Experts</th>` : undefined}</tr></thead><tbody>${rows}</tbody></table>`;
  return html`<p>A layer does not replace the vector: it adds to it. These are vector lengths for the last token, <bdi>${tokenText(last)}</bdi>.</p>${scrolled('What each layer adds', table, 'narrow')}`;
}

/** Most guesses that are listed: a deep model has one after every few layers. */
const MOST_GUESSES = 64;

/** What the model would predict if it stopped after a layer; undefined if its output matrix cannot read the vectors between layers. */
export function guessesSection({ guesses = [] }: ExampleReport): Markup | undefined {
  const answer = guesses.at(-1);
  if (answer === undefined) return undefined;
  const label = tokenText(answer);
  const rows = guesses
    .slice(-MOST_GUESSES)
    .map(
      ({ layer, id, piece, probability, answerProbability }) =>
        html`<tr class="${id === answer.id ? 'here' : ''}"><th scope="row">${layer === null ? 'the table' : `layer ${layer}`}</th><td><bdi>${tokenText({ id, piece })}</bdi></td><td class="number">${percent(probability)}</td><td class="number">${percent(answerProbability)}</td><td class="bars">${shareBar(answerProbability ?? 0, 'orange')}</td></tr>`,
    );
  const table = html`<table><caption class="unseen">The guess after each layer</caption><thead><tr><th scope="col">After</th><th scope="col">Guess</th><th scope="col" class="number">Probability</th><th scope="col" class="number">That of <q><bdi>${label}</bdi></q></th><td class="bars"></td></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<p>The vector between two layers can be read as a prediction: it goes through the last norm and the output matrix as if the model stopped there. So you can watch the answer, <q><bdi>${label}</bdi></q>, take shape.</p>${scrolled('The guess after each layer', table, 'narrow')}`;
}

/** What the scores at the last token are for. */
export const titleOfNext = (fillsMasks: true | undefined) =>
  fillsMasks ? 'The scores at the last token' : 'The next token';

export function nextSection({ next, pooled, vocabularySize, tokens, fillsMasks }: ExampleReport): Markup | undefined {
  const text = tokens.slice(-12).map((token) => html`<bdi>${tokenText(token)}</bdi> `);
  if (next.length === 0) {
    if (pooled === null || pooled === undefined) return undefined;
    return html`<p>This model does not predict a token. It gives one vector for the whole text, so that texts can be compared:</p>${scrolled('The vector of the text', vector(pooled.slice(0, 8), 'computed', pooled.length))}`;
  }
  const rows = next.map(
    (token, i) =>
      html`<tr class="${i === 0 ? 'here' : ''}"><th scope="row"><bdi>${tokenText(token)}</bdi></th><td class="number">${token.id}</td><td class="number">${shortNumber(token.logit)}</td><td class="number">${percent(token.probability)}</td><td class="bars">${shareBar(token.probability ?? 0, 'orange')}</td></tr>`,
  );
  const table = html`<table><caption class="unseen">The most likely ${fillsMasks ? 'tokens' : 'next tokens'}</caption><thead><tr><th scope="col">Token</th><th scope="col" class="number">Id</th><th scope="col" class="number">Score</th><th scope="col" class="number">Probability</th><td class="bars"></td></tr></thead><tbody>${rows}</tbody></table>`;
  return html`<p class="line">${text}<span class="answer">&#8594; <b><bdi>${tokenText(next[0] as { id: number; piece: string | null })}</bdi></b></span></p><p>The vector of the last token is multiplied by the output matrix, which gives ${formatInteger(vocabularySize)} scores (logits), one for each token of the vocabulary. Their softmax gives the probabilities.${fillsMasks ? ' The model was trained to fill masked tokens: these are the scores at the place of the last token.' : ''}</p>${scrolled(titleOfNext(fillsMasks), table, 'narrow')}`;
}
