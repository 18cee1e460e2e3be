/** The findings, worst first, each code once; its other places are folded below it. */

import { countFindings } from '../../report/finding-entry.js';
import { type NotCheckedReport, notCheckedWords } from '../../report/not-checked-entry.js';
import type { FindingReport } from '../../report/schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { shorten } from '../../words/shorten.js';
import { groupByCode } from '../text/findings-section.js';
import { html, joined, type Markup } from './markup.js';

/** Most UTF-16 units of a name, and most places listed for one code. */
const MOST_OF_A_NAME = 200;
const MOST_PLACES = 500;

export function findingsList(findings: readonly FindingReport[], notChecked?: NotCheckedReport): Markup {
  const left =
    notChecked === undefined
      ? ''
      : html`<p class="fine"><code>gguf-explain check</code> cannot check ${notCheckedWords(notChecked)}.</p>`;
  if (findings.length === 0)
    return html`<p class="fine">There are no findings: nothing in the header is unusual. <code>gguf-explain check</code> looks at more.</p>${left}`;
  return html`<ul class="findings">${groupByCode(findings).map(findingItem)}</ul>${left}`;
}

function findingItem(group: readonly FindingReport[]): Markup {
  const [first, ...others] = group as [FindingReport, ...FindingReport[]];
  const { level, code, message, hint } = first;
  const hints = hint === undefined ? undefined : html`<p class="note">${hint}</p>`;
  const more = others.length === 0 ? undefined : otherPlaces(others);
  return html`<li class="${level}"><p><span class="level">${level}</span> <code>${code}</code> ${shorten(message, 600)}${placeWords(first)}</p>${hints}${more}</li>`;
}

function otherPlaces(others: readonly FindingReport[]): Markup {
  const items = others
    .filter(({ more }) => more === undefined)
    .slice(0, MOST_PLACES)
    .map((finding) => html`<li>${shorten(finding.message, 600)}${placeWords(finding)}</li>`);
  const rest = countFindings(others) - items.length;
  return html`<details><summary>${formatInteger(countFindings(others))} more of this kind</summary><ul>${items}${rest > 0 ? html`<li>and ${formatInteger(rest)} others</li>` : undefined}</ul></details>`;
}

/** The places, except those that the message names itself. */
function placeWords({ place, message }: FindingReport): Markup | undefined {
  const names = [place.file, place.tensor, place.key].filter((name) => name !== undefined && !message.includes(name));
  const words = names.map((name) => html`<code>${shorten(name as string, MOST_OF_A_NAME)}</code>`);
  if (place.offset) words.push(html`byte ${formatInteger(place.offset)}`);
  return words.length === 0 ? undefined : html` <small>${joined(words, ', ')}</small>`;
}
