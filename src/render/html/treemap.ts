/**
 * The treemap: the bytes of the file by role and, within each role, by layer; or by quantization type and, within each type, by role. The
 * layout is computed here, so the picture needs no script. Places are percentages, so it fills any width while its text keeps its size.
 */

import { type HierarchyRectangularNode, hierarchy, treemap } from 'd3-hierarchy';
import type { LayerCell, RoleLayers } from '../../report/tensor-groups.js';
import { formatBytes, formatInteger } from '../../words/format-quantity.js';
import { html, type Markup } from './markup.js';
import type { Palette } from './palette.js';

/** The width for which the layout is computed, and the height, which is the same at any width. */
const WIDTH = 1160;
const HEIGHT = 460;
/** The widths on a phone and on a tablet, where wide labels are left out. */
const NARROW = 340;
const MIDDLE = 710;
/** Approximate width of a letter in a label. */
const LETTER = 6.2;
const LABEL_HEIGHT = 18;
/** Most tiles. A model with more shows its largest roles by layer, and the others as one tile each. */
const MOST_TILES = 3000;

/** A tile: it has one type, or mostly one. */
interface Tile {
  label: string;
  /** Its description, which follows the name of its area. */
  words: string;
  types: readonly string[];
  bytes: number;
}

interface Area {
  name: string;
  bytes: number;
  tiles: Tile[];
}

interface Branch {
  area?: Area;
  tile?: Tile;
  bytes: number;
  children?: Branch[];
}

type Node = HierarchyRectangularNode<Branch>;

/** Both pictures, and the buttons that switch between them without a script. Undefined if no tensor has any bytes. */
export function treemapPictures(roles: readonly RoleLayers[], several: boolean, palette: Palette): Markup | undefined {
  const stored = roles.filter(({ bytes }) => bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (stored.length === 0) return undefined;
  const nameOf = ({ title, component }: RoleLayers) =>
    several && component !== 'text' ? `${title} (${component})` : title;
  const byRole = picture('role', 'by role and layer', areasByRole(stored, nameOf), palette);
  const byType = picture('type', 'by quantization type and role', areasByType(stored, nameOf), palette);
  return html`<fieldset class="choice"><legend class="unseen">Order of the treemap</legend><input type="radio" name="treemap" id="treemap-role" checked=""/><label for="treemap-role">By role</label> <input type="radio" name="treemap" id="treemap-type"/><label for="treemap-type">By type</label>
${byRole}${byType}</fieldset>`;
}

/** The roles, largest first, each with its layers in order, for as many roles as there is room for. */
function areasByRole(roles: readonly RoleLayers[], nameOf: (role: RoleLayers) => string): Area[] {
  let room = MOST_TILES;
  return roles.map((role) => {
    const cells = role.cells.filter(({ bytes }) => bytes > 0);
    const each = cells.length <= room ? cells : [whole(role)];
    room -= each.length;
    const tiles = each.map(({ layer, bytes, types }) => ({
      label: layer === null ? (types[0]?.type ?? '') : String(layer),
      words: layer === null ? '' : `, layer ${formatInteger(layer)}`,
      types: types.map(({ type }) => type),
      bytes,
    }));
    return { name: nameOf(role), bytes: role.bytes, tiles };
  });
}

/** All layers of a role as one cell, in the color of the type that most of it has. */
function whole({ cells, bytes }: RoleLayers): LayerCell {
  return { layer: null, bytes, tensors: cells.reduce((sum, { tensors }) => sum + tensors, 0), types: typesOf(cells) };
}

function typesOf(cells: readonly LayerCell[]): { type: string; bytes: number }[] {
  const types = new Map<string, number>();
  for (const each of cells.flatMap((cell) => cell.types))
    types.set(each.type, (types.get(each.type) ?? 0) + each.bytes);
  return [...types].map(([type, sum]) => ({ type, bytes: sum })).sort((a, b) => b.bytes - a.bytes);
}

function areasByType(roles: readonly RoleLayers[], nameOf: (role: RoleLayers) => string): Area[] {
  const areas = new Map<string, Area>();
  for (const role of roles) {
    for (const { type, bytes } of typesOf(role.cells)) {
      if (bytes === 0) continue;
      const area = areas.get(type) ?? { name: type, bytes: 0, tiles: [] };
      areas.set(type, area);
      area.bytes += bytes;
      const name = nameOf(role);
      area.tiles.push({ label: name, words: `, ${name}`, types: [type], bytes });
    }
  }
  return [...areas.values()].sort((a, b) => b.bytes - a.bytes);
}

function picture(id: string, order: string, areas: readonly Area[], palette: Palette): Markup {
  const total = areas.reduce((sum, { bytes }) => sum + bytes, 0);
  const labeled = (bytes: number) => (bytes / total) * WIDTH * HEIGHT > 2600;
  const branches = areas.map((area): Branch => {
    return { area, bytes: area.bytes, children: area.tiles.map((tile) => ({ area, tile, bytes: tile.bytes })) };
  });
  const root = treemap<Branch>()
    .size([WIDTH, HEIGHT])
    .paddingInner((node) => (node.depth === 0 ? 5 : 1))
    .paddingTop((node) => (node.depth === 1 && labeled(node.value ?? 0) ? LABEL_HEIGHT : 0))(
    hierarchy<Branch>({ bytes: 0, children: branches }).sum(({ children, bytes }) => (children ? 0 : bytes)),
  );
  const drawn = (root.children ?? []).map((node) => areaPicture(node, total, palette));
  return html`<svg class="treemap of-${id}" width="100%" height="${HEIGHT}" role="img" aria-labelledby="treemap-${id}-title treemap-${id}-words"><title id="treemap-${id}-title">Treemap of ${formatBytes(total)} of weights ${order}</title><desc id="treemap-${id}-words">Each area is as large as the bytes that it stands for, and has the color of its quantization type. The table of what is stored has the same numbers.</desc>${drawn}</svg>`;
}

function areaPicture(node: Node, total: number, palette: Palette): Markup {
  const { name, bytes } = node.data.area as Area;
  const share = ((bytes / total) * 100).toFixed(1);
  const width = node.x1 - node.x0;
  const hasLabel = node.children?.[0] !== undefined && node.children[0].y0 - node.y0 >= LABEL_HEIGHT;
  const long = `${name}  ${formatBytes(bytes)} · ${share} %`;
  const words = [long, `${name} ${share} %`, name].find((text) => fits(text, width)) ?? name;
  const shown = labelClass(words, width);
  // On a narrow screen without room for the long label, only the name is shown, if that fits.
  const short = labelClass(name, width);
  const lean =
    shown === 'any' || short === 'wide'
      ? undefined
      : html`<text class="name lean-${shown} ${short}" x="1" y="13">${name}</text>`;
  const label = html`<svg x="${percent(node.x0, WIDTH)}" y="${percent(node.y0, HEIGHT)}" width="${percent(width, WIDTH)}" height="${LABEL_HEIGHT}"><text class="name ${shown}" x="1" y="13">${words}</text>${lean}</svg>`;
  return html`<g>${hasLabel && fits(name, width) ? label : undefined}${(node.children ?? []).map((tile) => tilePicture(tile, name, share, palette))}</g>`;
}

function tilePicture(node: Node, name: string, share: string, palette: Palette): Markup {
  const { label, words, types, bytes } = node.data.tile as Tile;
  const width = node.x1 - node.x0;
  const height = node.y1 - node.y0;
  const number = palette.number(types[0] ?? '');
  const kinds = words.endsWith(name) || types[0] === name ? '' : `: ${types.join(' + ')}`;
  const title = `${name}${words === '' ? `, ${share} % of all` : words}${kinds}, ${formatBytes(bytes)}`;
  const place = html`x="${percent(node.x0, WIDTH)}" y="${percent(node.y0, HEIGHT)}" width="${percent(width, WIDTH)}" height="${percent(height, HEIGHT)}"`;
  if (height < 15 || !fits(label, width)) return html`<rect class="t${number}" ${place}><title>${title}</title></rect>`;
  return html`<svg ${place}><title>${title}</title><rect class="t${number}" width="100%" height="100%"/><text class="x${number} ${labelClass(label, width)}" x="4" y="13">${label}</text></svg>`;
}

function fits(text: string, width: number): boolean {
  return text.length * LETTER + 5 <= width;
}

/** The class of a label: it hides the label on screens that are too narrow for it. */
function labelClass(text: string, width: number): string {
  if (fits(text, (width * NARROW) / WIDTH)) return 'any';
  return fits(text, (width * MIDDLE) / WIDTH) ? 'middle' : 'wide';
}

function percent(value: number, of: number): string {
  return `${Number(((value / of) * 100).toFixed(3))}%`;
}
