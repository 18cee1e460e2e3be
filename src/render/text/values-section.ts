/** The numbers of a model in an overview: a map of its layers by role, the tensors outside of the layers, and layers that stand out. */

import type { ExplainReport } from '../../report/explain-schema.js';
import type { TensorEntry } from '../../report/schema.js';
import type { ValueStatistics } from '../../report/values-schema.js';
import { ROLES, type RoleId } from '../../words/roles.js';
import type { RenderOptions } from '../options.js';
import { sanitize } from '../sanitize.js';
import type { Theme } from '../theme.js';
import { cut, wrap } from './columns.js';
import { displayWidth } from './display-width.js';
import { scanWords } from './scan-words.js';
import { outlyingWords, valueWords } from './value-words.js';

/** Most columns of the label of a line, and of what follows the map. */
const MOST_LABEL = 28;

/** Most tensors that are named as standing out; the others are counted. */
const MOST_OUTLYING = 6;

interface Line {
  label: string;
  /** The root mean square of each layer; null if there is none. */
  layers: (number | null)[];
  /** The root mean square of a tensor that does not belong to a layer. */
  alone: number | null;
}

type Read = TensorEntry & { values: ValueStatistics };

export function valuesSection(report: ExplainReport, { width, theme }: RenderOptions): string[] {
  const { data, tensors } = report;
  if (data === undefined) return [];
  const summary = wrap(scanWords(data), width - 2).map(data.complete ? theme.muted : theme.level.warning);
  const read = tensors.filter((tensor): tensor is Read => tensor.values !== undefined);
  if (read.length === 0) return [theme.heading('VALUES'), ...summary];
  const lines = linesOf(read);
  const layers = Math.max(0, ...lines.map((line) => line.layers.length));
  const label = Math.min(MOST_LABEL, Math.max(...lines.map((line) => displayWidth(line.label))));
  const words = lines.map(rangeWords);
  const room = width - 2 - label - 4 - Math.max(...words.map(displayWidth));
  const columns = heatColumns(layers, room);
  const shared = columns.layersEach > 1 ? `, ${columns.layersEach} layers to a column` : '';
  const head = `root mean square (RMS) by role, layer 0${layers > 1 ? ` to ${layers - 1} from left to right${shared}` : ''}`;
  const cells = Math.ceil(layers / columns.layersEach) * columns.width;
  return [
    ...wrap(head, width - 10).map(
      (text, i) => `${i === 0 ? `${theme.heading('VALUES')}  ` : '        '}${theme.muted(text)}`,
    ),
    ...lines.map(({ label: name, layers: own }, i) => {
      const title = cut(name, label);
      const padded = title + ' '.repeat(label - displayWidth(title));
      const map = own.length === 0 ? ' '.repeat(cells) : heatCells(filled(own, layers), columns, theme);
      return `${padded}  ${map}  ${words[i]}`.trimEnd();
    }),
    ...(layers > 1 ? wrap(heatLegend(theme), width - 2) : []),
    ...outlyingLines(read, width - 2).map(theme.level.warning),
    ...summary,
  ];
}

const ROLE_ORDER = Object.keys(ROLES);

/** One line for each role of a component, in the order of the guide. */
function linesOf(read: readonly Read[]): Line[] {
  const groups = new Map<string, Read[]>();
  for (const tensor of read) {
    const key = `${tensor.component}\n${tensor.role}\n${tensor.layer === null}`;
    const group = groups.get(key);
    if (group) group.push(tensor);
    else groups.set(key, [tensor]);
  }
  const components = [...new Set(read.map(({ component }) => component))];
  const place = ([first]: Read[]) =>
    components.indexOf(first?.component ?? '') * ROLE_ORDER.length + ROLE_ORDER.indexOf(first?.role ?? '');
  return [...groups.values()]
    .sort((a, b) => place(a) - place(b))
    .map((group) => {
      const { role, component } = group[0] as Read;
      const title = Object.hasOwn(ROLES, role) ? ROLES[role as RoleId].title : role;
      return lineOf(sanitize(components.length > 1 ? `${title} (${component})` : title), group);
    })
    .filter(({ alone, layers }) => alone !== null || layers.some((rms) => rms !== null));
}

/** Several tensors of one role in one layer, such as experts, count as one. */
function lineOf(label: string, group: readonly Read[]): Line {
  const sums = new Map<number | null, { squares: number; count: number }>();
  for (const { layer, values } of group) {
    const sum = sums.get(layer) ?? { squares: 0, count: 0 };
    const finite = values.count - values.nans - values.infinities;
    sum.squares += (values.rms ?? 0) ** 2 * finite;
    sum.count += finite;
    sums.set(layer, sum);
  }
  const rms = (layer: number | null) => {
    const { squares, count } = sums.get(layer) ?? { squares: 0, count: 0 };
    return squares > 0 ? Math.sqrt(squares / count) : null;
  };
  const last = Math.max(-1, ...[...sums.keys()].map((layer) => layer ?? -1));
  return { label, layers: Array.from({ length: Math.min(MOST_LAYERS, last + 1) }, (_, i) => rms(i)), alone: rms(null) };
}

/** A name may claim layer 99,999,999, but no real model has that many. */
const MOST_LAYERS = 4096;

function filled(layers: readonly (number | null)[], length: number): (number | null)[] {
  return Array.from({ length }, (_, i) => layers[i] ?? null);
}

function rangeWords({ layers, alone }: Line): string {
  if (alone !== null) return valueWords(alone);
  const known = layers.filter((rms) => rms !== null);
  const [least, most] = [valueWords(Math.min(...known)), valueWords(Math.max(...known))];
  return least === most ? least : `${least} – ${most}`;
}

function outlyingLines(read: readonly Read[], width: number): string[] {
  const outlying = read.filter(({ values }) => values.outlying !== undefined);
  const lines = outlying
    .slice(0, MOST_OUTLYING)
    .flatMap(({ name, values }) =>
      wrap(
        `${cut(sanitize(name), 60)}: ${outlyingWords(values.outlying as NonNullable<ValueStatistics['outlying']>)}`,
        width,
      ),
    );
  const more = outlying.length - MOST_OUTLYING;
  return more > 0 ? [...lines, `and ${more} more tensors of layers that stand out`] : lines;
}

// A map of all layers: a line for each role, a column for each layer, and the size of the numbers as a color, or as a shade if there are no
// colors. Each line has its own logarithmic scale, because the weights of a query should be compared with those of other layers, not with
// those of a norm.

const SHADES = ['░', '▒', '▓', '█'];
const NOTHING = '·';

/** A scale covers at least this factor, so that small differences do not look like large ones. */
const LEAST_SPAN = 2;

/** Columns for the layers in `room` characters: each layer gets up to two, or several layers share one. */
export function heatColumns(layers: number, room: number): { width: number; layersEach: number } {
  if (layers * 2 <= room) return { width: 2, layersEach: 1 };
  return { width: 1, layersEach: Math.ceil(layers / Math.max(1, room)) };
}

/** The cells of a line, as a text of `width` for each column. */
export function heatCells(
  values: readonly (number | null)[],
  { width, layersEach }: ReturnType<typeof heatColumns>,
  { heat, muted }: Theme,
): string {
  const logs = values.map((value) => (value === null ? null : Math.log2(value)));
  const known = logs.filter((log) => log !== null);
  const middle = (Math.min(...known) + Math.max(...known)) / 2;
  const half = Math.max(Math.log2(LEAST_SPAN), Math.max(...known) - Math.min(...known)) / 2;
  let cells = '';
  for (let from = 0; from < logs.length; from += layersEach) {
    const column = logs.slice(from, from + layersEach).filter((log) => log !== null);
    if (column.length === 0) {
      cells += muted(NOTHING.repeat(width));
      continue;
    }
    // Rounding can make the smallest value of a line slightly negative.
    const share = Math.max(0, (column.reduce((sum, log) => sum + log, 0) / column.length - middle + half) / (2 * half));
    const shade = SHADES[Math.min(SHADES.length - 1, Math.floor(share * SHADES.length))] as string;
    cells += heat === undefined ? shade.repeat(width) : heat(share)('█'.repeat(width));
  }
  return cells;
}

/** The meaning of the shades, in one line. */
function heatLegend({ heat }: Theme): string {
  const scale =
    heat === undefined ? SHADES.join('') : [0, 0.25, 0.5, 0.75, 1].map((share) => heat(share)('█')).join('');
  return `${scale} smallest to largest value of each line, logarithmic; a line spans at least a factor of ${LEAST_SPAN}`;
}
