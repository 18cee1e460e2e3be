/** Selects tensors of a model by name, role, type and layer, and sorts them. */

import type { ModelTensor } from './model.js';
import { typeName } from './totals.js';

export const SORT_ORDERS = ['offset', 'bytes', 'parameters', 'name'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

export interface Selection {
  /** Names and globs (`blk.*.attn_?.weight`); any may match. */
  names?: readonly string[] | undefined;
  /** Roles or groups of roles: `attention-query`, `attention`; any may match. */
  roles?: readonly string[] | undefined;
  /** Names of types, in any case; any may match. */
  types?: readonly string[] | undefined;
  /** First and last layer of each run. */
  layers?: readonly (readonly [number, number])[] | undefined;
  sort?: SortOrder | undefined;
}

export function selectTensors(tensors: readonly ModelTensor[], selection: Selection): ModelTensor[] {
  const { names, roles, types, layers, sort } = selection;
  const globs = names?.map(globMatcher);
  const wantedTypes = types?.map((type) => type.toUpperCase());
  const chosen = tensors.filter((tensor) => {
    const { layer, role, component } = tensor.classified;
    if (globs && !globs.some((matches) => matches(tensor.name))) return false;
    if (roles && !roles.some((wanted) => wanted === role || wanted === tensor.roleRow.group || wanted === component)) {
      return false;
    }
    if (wantedTypes && !wantedTypes.includes(typeName(tensor).toUpperCase())) return false;
    return !layers || (layer !== null && layers.some(([first, last]) => layer >= first && layer <= last));
  });
  return sort === undefined || sort === 'offset'
    ? chosen.sort((a, b) => a.fileOffset - b.fileOffset)
    : chosen.sort(BY[sort]);
}

const BY: Record<Exclude<SortOrder, 'offset'>, (a: ModelTensor, b: ModelTensor) => number> = {
  bytes: (a, b) => (b.bytes ?? 0) - (a.bytes ?? 0),
  parameters: (a, b) => b.elements - a.elements,
  name: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)),
};

/**
 * A matcher for a glob in which `*` stands for any run of characters and `?` for one; a row's folded name (`blk.{0..31}.attn_q.weight`,
 * `blk.{}.attn_q.weight`) is a glob too. Everything else matches literally. It runs in a time proportional to pattern times name, so that a
 * malicious name cannot make it slow.
 */
export function globMatcher(glob: string): (name: string) => boolean {
  const brace = /\{([\d.,]*)\}/.exec(glob);
  if (brace === null) return (name) => matches(glob, name);
  const before = glob.slice(0, brace.index);
  const behind = glob.slice(brace.index + brace[0].length);
  const layers = brace[1] === '' ? ANY_LAYER : parseLayers(brace[1] as string);
  return (name) => {
    // The part before the braces of a folded name has no star, so the number can only be here.
    const number = /^\d+/.exec(name.slice(before.length));
    if (number === null || layers === null) return false;
    const layer = Number(number[0]);
    return (
      layers.some(([first, last]) => layer >= first && layer <= last) &&
      matches(before, name.slice(0, before.length)) &&
      matches(behind, name.slice(before.length + number[0].length))
    );
  };
}

const ANY_LAYER: readonly [number, number][] = [[0, Number.POSITIVE_INFINITY]];

/** Matches with two indices and one position for backtracking: the last star. */
function matches(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

/** Reads `3`, `0-7`, `0..7`, `0..3,28..31`. Null for any other text. */
export function parseLayers(text: string): [number, number][] | null {
  const ranges: [number, number][] = [];
  for (const part of text.split(',')) {
    const match = /^(\d{1,9})(?:(?:-|\.\.)(\d{1,9}))?$/.exec(part.trim());
    if (match === null) return null;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first) return null;
    ranges.push([first, last]);
  }
  return ranges;
}
