/** The table of tensors: a row for each run of equal layers, with an explanation below it that can be unfolded. */

import type { TensorRow, TypeShare } from '../../report/tensor-groups.js';
import { formatBytes, formatInteger, formatParameters } from '../../words/format-quantity.js';
import { ROLES, type RoleId } from '../../words/roles.js';
import { shorten } from '../../words/shorten.js';
import { shapeWords } from '../text/shape-words.js';
import { html, type Markup } from './markup.js';
import type { Palette } from './palette.js';
import { typeChips } from './tables.js';
import { tensorDetails } from './tensor-details.js';

/** Most UTF-16 units of a name: longer than any name that ggml keeps. */
const MOST_OF_A_NAME = 160;

/** Most rows with their own explanation; the others name only the role. Only a model whose layers all differ has more rows. */
const MOST_EXPLAINED = 4000;

/** Number of rows at first. The script shows the others on request, because a browser lays out thousands of rows slowly. */
const MOST_DRAWN = 200;

/** Undefined for a file without tensors. */
export function tensorTable(
  rows: readonly TensorRow[],
  types: readonly TypeShare[],
  palette: Palette,
): Iterable<Markup> | undefined {
  return rows.length === 0 ? undefined : tablePieces(rows, types, palette);
}

function* tablePieces(
  rows: readonly TensorRow[],
  types: readonly TypeShare[],
  palette: Palette,
): Generator<Markup, void, void> {
  const words = new Map(types.map((type) => [type.type, type]));
  yield html`<form class="search" role="search" id="search" hidden=""><label for="query">Search</label> <input id="query" type="search" autocomplete="off" spellcheck="false" placeholder="attn_q, feed-forward, Q6_K, blk.3 &#8230;"/> <output for="query" id="matches" aria-live="polite">${formatInteger(rows.length)} rows</output></form><div class="scroll" role="group" tabindex="0" aria-label="Tensors"><table class="tensors stack" id="tensors"><caption class="unseen">Tensors, one row for each run of equal layers</caption><thead><tr><th scope="col" data-sort="at">Tensor</th><th scope="col">Role</th><th scope="col">In &#8594; out</th><th scope="col">Type</th><th scope="col" class="number" data-sort="parameters">Parameters</th><th scope="col" class="number" data-sort="bytes">Bytes</th></tr></thead>`;
  for (const [i, row] of rows.slice(0, MOST_DRAWN).entries()) yield tensorBody(row, i, words, palette);
  yield html`</table></div><p id="more"><button type="button" id="more-rows" hidden="">Show more rows</button></p>`;
  const left = rows.length - MOST_DRAWN;
  if (left > 0) {
    yield html`<noscript><p class="note">Without JavaScript ${formatInteger(left)} more rows are not shown. <code>gguf-explain tensors</code> lists all.</p></noscript>
<script type="text/plain" id="rest">
`;
    for (const [i, row] of rows.slice(MOST_DRAWN).entries()) yield tensorBody(row, MOST_DRAWN + i, words, palette);
    yield html`</script>`;
  }
  if (rows.length > MOST_EXPLAINED)
    yield html`<p class="note">The first ${formatInteger(MOST_EXPLAINED)} rows are explained.</p>`;
}

/** Each row is one line of markup, because the script splits the rows at line breaks. */
function tensorBody(row: TensorRow, i: number, words: ReadonlyMap<string, TypeShare>, palette: Palette): Markup {
  const details =
    i < MOST_EXPLAINED ? html`<tr class="more"><td colspan="6">${tensorDetails(row, words)}</td></tr>` : undefined;
  return html`<tbody data-at="${i}" data-parameters="${row.parameters}" data-bytes="${row.bytes}">${mainRow(row, palette)}${details}</tbody>
`;
}

function mainRow(row: TensorRow, palette: Palette): Markup {
  const role = ROLES[row.role as RoleId];
  const times = row.count > 1 ? html` <small>&#215;${formatInteger(row.count)}</small>` : undefined;
  return html`<tr><th scope="row"><code>${shorten(row.name, MOST_OF_A_NAME)}</code>${times}</th><td>${role.title}</td><td>${shapeWords(row.shape, role.kind, 'brief')}</td><td>${typeChips(row.types, palette)}</td><td class="number">${formatParameters(row.parameters)}</td><td class="number">${bytesWords(row)}</td></tr>`;
}

function bytesWords({ members, bytes }: TensorRow): string {
  if (members.some(({ bytesAre }) => bytesAre === 'unknown')) return 'unknown';
  return members.some(({ bytesAre }) => bytesAre === 'bounded') ? `≤ ${formatBytes(bytes)}` : formatBytes(bytes);
}
