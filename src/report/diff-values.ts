/** The result of comparing numbers, for the report of `diff`: by tensor, by role, and in total. */

import { usualError } from '../formats/usual-errors.js';
import type { TensorComparison, TensorPair } from '../model/compare-tensors.js';
import type { ModelTensor } from '../model/model.js';
import { typeName } from '../model/totals.js';
import type { Unreadable } from '../words/unreadable.js';
import type { DiffValues, DiffValuesTensor } from './diff-values-schema.js';

/** The difference of two tensors, as sums over their elements. */
interface Difference {
  count: number;
  differing: number;
  notFinite: number;
  squares: number;
  errorSquares: number;
  largest: number;
}

/** The result of comparing the numbers of two models. */
export interface ComparedNumbers {
  complete: boolean;
  bytes: number;
  compared: ReadonlyMap<TensorPair, Difference>;
  left: ReadonlyMap<TensorPair, Unreadable>;
}

/** Pairs of tensors whose numbers can be compared: those with the same shape. */
export function comparablePairs({ differences, alike }: TensorComparison): TensorPair[] {
  const retyped = differences.flatMap(({ change, before, after }) =>
    change === 'retyped' && before !== undefined && after !== undefined ? [{ before, after }] : [],
  );
  return [...alike, ...retyped];
}

/** `tensors` are all tensors of the first model, in order. */
export function diffValues(
  { complete, bytes, compared, left }: ComparedNumbers,
  comparison: TensorComparison,
  tensors: readonly ModelTensor[],
  maxError?: number,
): DiffValues {
  const places = new Map(tensors.map((tensor, index) => [tensor, index]));
  const place = ([{ before }]: [TensorPair, unknown]) => places.get(before) ?? 0;
  const pairs = [...compared].sort((a, b) => place(a) - place(b));
  const entries = pairs.map(([pair, difference]) => tensorEntry(pair, difference));
  const notCompared: DiffValues['notCompared'] = [
    ...[...left].map(([{ before }, why]) => ({ name: before.name, why })),
    ...comparison.differences.flatMap(({ change, before, after }) =>
      change === 'reshaped' || change === 'added' || change === 'removed'
        ? [{ name: ((before ?? after) as ModelTensor).name, why: change }]
        : [],
    ),
  ];
  const whole = complete && notCompared.every(({ why }) => why === 'empty');
  return {
    complete,
    bytes,
    relativeError: errorOf(pairs.map(([, difference]) => difference)),
    same: pairs.filter(([, { differing }]) => differing === 0).length,
    tensors: entries,
    roles: rolesOf(pairs),
    ...(maxError !== undefined && { gate: gateOf(entries, maxError, whole) }),
    notCompared,
  };
}

function tensorEntry({ before, after }: TensorPair, difference: Difference): DiffValuesTensor {
  const { count, differing, notFinite, squares, errorSquares, largest } = difference;
  const { role, component, layer } = before.classified;
  const finite = Math.max(1, count - notFinite);
  const usual = usualError(typeName(before), typeName(after));
  const relativeError = errorOf([difference]);
  const isUsual = notFinite === 0 && relativeError !== null && usual !== null && relativeError <= usual.limit;
  return {
    ...{ name: before.name, role, component, layer },
    ...{ before: typeName(before), after: typeName(after), parameters: count },
    relativeError,
    usual: usual && { least: usual.least, most: usual.most },
    cause: differing === 0 ? 'none' : isUsual ? 'quantization' : 'other',
    rms: Math.sqrt(squares / finite),
    errorRms: Math.sqrt(errorSquares / finite),
    ...{ largest, differing, notFinite },
  };
}

/** The error of several tensors together; each element counts equally. */
function errorOf(differences: readonly Difference[]): number | null {
  const squares = differences.reduce((sum, difference) => sum + difference.squares, 0);
  const errorSquares = differences.reduce((sum, difference) => sum + difference.errorSquares, 0);
  if (errorSquares === 0) return 0;
  return squares === 0 ? null : Math.sqrt(errorSquares / squares);
}

function rolesOf(pairs: readonly [TensorPair, Difference][]): DiffValues['roles'] {
  const groups = new Map<string, [TensorPair, Difference][]>();
  for (const entry of pairs) {
    const { role, component } = entry[0].before.classified;
    const key = `${component}\n${role}`;
    const group = groups.get(key);
    if (group) group.push(entry);
    else groups.set(key, [entry]);
  }
  return [...groups.values()].map((group) => {
    const [[{ before }]] = group as [[TensorPair, Difference]];
    const worst = group.reduce((most, entry) => (isGraver(entry[1], most[1]) ? entry : most));
    return {
      ...{ role: before.classified.role, component: before.classified.component, title: before.roleRow.title },
      tensors: group.length,
      differing: group.filter(([, { differing }]) => differing > 0).length,
      notFinite: group.filter(([, { notFinite }]) => notFinite > 0).length,
      relativeError: errorOf(group.map(([, difference]) => difference)),
      worst: worst[0].before.name,
    };
  });
}

/** NaN and infinite values are not part of the error, and rank as worse than any error. */
function isGraver(a: Difference, b: Difference): boolean {
  if (a.notFinite !== b.notFinite) return a.notFinite > b.notFinite;
  const error = (difference: Difference) => errorOf([difference]) ?? Number.POSITIVE_INFINITY;
  return error(a) > error(b);
}

/** Passes if no error exceeds the limit and no tensor was left out, because its error would be unknown. */
function gateOf(tensors: readonly DiffValuesTensor[], maxError: number, whole: boolean): DiffValues['gate'] {
  const beyond = tensors.filter(
    ({ relativeError, notFinite }) => notFinite > 0 || relativeError === null || relativeError > maxError,
  );
  return { maxError, within: whole && beyond.length === 0, beyond: beyond.map(({ name }) => name) };
}
