/**
 * The grid of layers and roles: a table whose cells have the color of their quantization type, and its name for readers who do not see
 * colors.
 */

import type { LayerCell, RoleLayers } from '../../report/tensor-groups.js';
import { formatBytes, formatCount, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';
import type { Palette } from './palette.js';

/** Most layers and roles that are drawn; the table of tensors has all. */
const MOST_LAYERS = 256;
const MOST_ROLES = 80;

/** Up to this number of columns there is room for the names of the types. */
const FEW_LAYERS = 14;

/** Undefined if no tensor belongs to a layer. */
export function layerGrid(roles: readonly RoleLayers[], several: boolean, palette: Palette): Markup | undefined {
  const all = new Set(roles.flatMap(({ cells }) => cells.flatMap(({ layer }) => layer ?? [])));
  if (all.size === 0) return undefined;
  const layers = [...all].sort((a, b) => a - b).slice(0, MOST_LAYERS);
  const named = layers.length <= FEW_LAYERS;
  const outside = roles.some(({ cells }) => cells[0]?.layer === null);
  const rows = roles.slice(0, MOST_ROLES).map((role) => gridRow(role, layers, outside, several, named, palette));
  const every = layers.length <= 48 ? 1 : layers.length <= 100 ? 4 : 8;
  const heads = layers.map((layer, i) =>
    i % every === 0
      ? html`<th scope="col"><span>${layer}</span></th>`
      : html`<th scope="col"><span class="unseen">${layer}</span></th>`,
  );
  const columns = html`<tr><th scope="col">Role</th>${heads}${outside ? html`<th scope="col" class="apart">outside</th>` : undefined}</tr>`;
  const dense = named ? 'grid named' : layers.length <= 48 ? 'grid' : 'grid dense';
  return html`<div class="scroll" role="group" tabindex="0" aria-label="Grid of layers and roles"><table class="${dense}"><caption class="unseen">Quantization type of each role in each layer</caption><thead>${columns}</thead><tbody>${rows}</tbody></table></div>${leftOut(all.size - layers.length, roles.length - rows.length)}`;
}

function gridRow(
  role: RoleLayers,
  layers: readonly number[],
  outside: boolean,
  several: boolean,
  named: boolean,
  palette: Palette,
): Markup {
  const byLayer = new Map(role.cells.map((cell) => [cell.layer, cell]));
  const name = several && role.component !== 'text' ? `${role.title} (${role.component})` : role.title;
  const cell = (layer: number | null) => gridCell(byLayer.get(layer), name, layer === null || named, palette);
  return html`<tr><th scope="row">${name}</th>${layers.map(cell)}${outside ? cell(null) : undefined}</tr>`;
}

function gridCell(cell: LayerCell | undefined, name: string, named: boolean, palette: Palette): Markup {
  if (cell === undefined) return html`<td class="none"><span class="unseen">none</span></td>`;
  const types = cell.types.map(({ type }) => type);
  const where = cell.layer === null ? 'outside of the layers' : `layer ${formatInteger(cell.layer)}`;
  const title = `${name}, ${where}: ${types.join(' + ')}, ${formatBytes(cell.bytes)}`;
  const text = named ? `${types[0]}${types.length > 1 ? ' +' : ''}` : undefined;
  const shown =
    text === undefined ? html`<span class="unseen">${types.join(' + ')}</span>${types.length > 1 ? '+' : ''}` : text;
  return html`<td class="t${palette.number(types[0] ?? '')}" title="${title}">${shown}</td>`;
}

function leftOut(layers: number, roles: number): Markup | undefined {
  const words = [
    ...(layers > 0 ? [formatCount(layers, 'layer')] : []),
    ...(roles > 0 ? [formatCount(roles, 'role')] : []),
  ];
  return words.length === 0 ? undefined : html`<p class="note">Not drawn here: ${words.join(' and ')} more.</p>`;
}
