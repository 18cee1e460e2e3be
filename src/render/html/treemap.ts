/**
 * The treemap: the bytes of the file by role and, within each role, by layer. The layout is computed here, so the picture needs no
 * script; places are percentages, so it fills any width while its words keep their size.
 */

import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import type { LayerCell, RoleLayers } from '../../report/tensor-groups.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';
import type { Palette } from './palette.js';

/** The width that the layout is made for, and the height that it has at any width. */
const WIDTH = 1160;
const HEIGHT = 460;
/** The widths that it has on a telephone and on a tablet, for which wide labels are left out. */
const NARROW = 340;
const MIDDLE = 710;
/** Of a letter, about, at the size that labels have. */
const LETTER = 6.2;
const LABEL_HEIGHT = 18;
/** Tiles drawn at most. A model with more shows its largest roles by layer and the others whole. */
const MOST_TILES = 3000;

interface Branch {
  role?: RoleLayers;
  cell?: LayerCell;
  bytes: number;
  children?: Branch[];
}

type Node = HierarchyRectangularNode<Branch>;

/** Undefined where no tensor has any bytes. */
export function treemapPicture(roles: readonly RoleLayers[], several: boolean, palette: Palette): Markup | undefined {
  const total = roles.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total === 0) return undefined;
  const labelled = (bytes: number) => (bytes / total) * WIDTH * HEIGHT > 2600;
  const root = treemap<Branch>()
    .size([WIDTH, HEIGHT])
    .paddingInner((node) => (node.depth === 0 ? 5 : 1))
    .paddingTop((node) => (node.depth === 1 && labelled(node.value ?? 0) ? LABEL_HEIGHT : 0))(
    hierarchy<Branch>({ bytes: 0, children: branches(roles) }).sum(({ children, bytes }) => (children ? 0 : bytes)),
  );
  const areas = (root.children ?? []).map((node) => roleArea(node, total, several, palette));
  return html`<svg class="treemap" width="100%" height="${HEIGHT}" role="img" aria-labelledby="treemap-title treemap-words"><title id="treemap-title">Treemap of ${formatBytes(total)} of weights by role and layer</title><desc id="treemap-words">Each area is as large as the bytes that it stands for, and has the color of its quantization type. The table under Stored has the same numbers.</desc>${areas}</svg>`;
}

/** The largest role first; of each the layers in their order, as many roles as there is room for. */
function branches(roles: readonly RoleLayers[]): Branch[] {
  let room = MOST_TILES;
  return [...roles]
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .map((role) => {
      const cells = role.cells.filter(({ bytes }) => bytes > 0);
      if (cells.length > room)
        return { role, bytes: role.bytes, children: [{ role, cell: whole(role), bytes: role.bytes }] };
      room -= cells.length;
      return { role, bytes: role.bytes, children: cells.map((cell) => ({ role, cell, bytes: cell.bytes })) };
    });
}

/** All layers of a role as one tile, in the colour of what most of it is. */
function whole({ cells, bytes }: RoleLayers): LayerCell {
  const types = new Map<string, number>();
  for (const each of cells.flatMap((cell) => cell.types))
    types.set(each.type, (types.get(each.type) ?? 0) + each.bytes);
  return {
    layer: null,
    bytes,
    tensors: cells.reduce((sum, { tensors }) => sum + tensors, 0),
    types: [...types].map(([type, sum]) => ({ type, bytes: sum })).sort((a, b) => b.bytes - a.bytes),
  };
}

function roleArea(node: Node, total: number, several: boolean, palette: Palette): Markup {
  const role = node.data.role as RoleLayers;
  const name = several && role.component !== 'text' ? `${role.title} (${role.component})` : role.title;
  const share = ((role.bytes / total) * 100).toFixed(1);
  const width = node.x1 - node.x0;
  const hasLabel = node.children?.[0] !== undefined && node.children[0].y0 - node.y0 >= LABEL_HEIGHT;
  const long = `${name}  ${formatBytes(role.bytes)} · ${share} %`;
  const words = [long, `${name} ${share} %`, name].find((text) => fits(text, width)) ?? name;
  const shown = labelClass(words, width);
  // Where the long label has no room, the name alone stands in its place, if that has.
  const short = labelClass(name, width);
  const lean =
    shown === 'any' || short === 'wide'
      ? undefined
      : html`<text class="name lean-${shown} ${short}" x="1" y="13">${name}</text>`;
  const label = html`<svg x="${percent(node.x0, WIDTH)}" y="${percent(node.y0, HEIGHT)}" width="${percent(width, WIDTH)}" height="${LABEL_HEIGHT}"><text class="name ${shown}" x="1" y="13">${words}</text>${lean}</svg>`;
  return html`<g>${hasLabel && fits(name, width) ? label : undefined}${(node.children ?? []).map((tile) => tileArea(tile, name, share, palette))}</g>`;
}

function tileArea(node: Node, name: string, share: string, palette: Palette): Markup {
  const { layer, bytes, types } = node.data.cell as LayerCell;
  const width = node.x1 - node.x0;
  const height = node.y1 - node.y0;
  const number = palette.number(types[0]?.type ?? '');
  const where = layer === null ? `, ${share} % of all` : `, layer ${formatInteger(layer)}`;
  const title = `${name}${where}: ${types.map(({ type }) => type).join(' + ')}, ${formatBytes(bytes)}`;
  const label = layer === null ? (types[0]?.type ?? '') : String(layer);
  const place = html`x="${percent(node.x0, WIDTH)}" y="${percent(node.y0, HEIGHT)}" width="${percent(width, WIDTH)}" height="${percent(height, HEIGHT)}"`;
  if (height < 15 || !fits(label, width)) return html`<rect class="t${number}" ${place}><title>${title}</title></rect>`;
  return html`<svg ${place}><title>${title}</title><rect class="t${number}" width="100%" height="100%"/><text class="x${number} ${labelClass(label, width)}" x="4" y="13">${label}</text></svg>`;
}

function fits(text: string, width: number): boolean {
  return text.length * LETTER + 5 <= width;
}

/** Labels for which a narrow screen has no room are not shown there. */
function labelClass(text: string, width: number): string {
  if (fits(text, (width * NARROW) / WIDTH)) return 'any';
  return fits(text, (width * MIDDLE) / WIDTH) ? 'middle' : 'wide';
}

function percent(value: number, of: number): string {
  return `${Number(((value / of) * 100).toFixed(3))}%`;
}
