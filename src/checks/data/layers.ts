/** Compares tensors with others of the same role. */

import type { Model } from '../../model/model.js';
import { outlyingLayers } from '../../model/outlying-layers.js';
import { isWeight, LARGEST_HALF } from './broken-numbers.js';
import { type CheckedValues, defineValueCheck } from './define-value-check.js';
import { isBias, isMatrix } from './legal-zeros.js';
import { bytesPlace } from './where.js';

/** Multiple of the usual RMS that means damage; training does not produce it. */
const BEYOND_TRAINING = 1000;

/** Multiple of the usual RMS that is worth a warning. */
const BY_FAR = 100;

/** If a role has fewer tensors, all matrices are compared instead. */
const LEAST_OF_A_ROLE = 3;
const LEAST_MATRICES = 4;

interface Outsized {
  index: number;
  rms: number;
  times: number;
  median: number;
  peers: string;
}

export const LAYER_CHECKS = [
  /** A scale was overwritten, or the data is not where the header says. Works for any number of layers. */
  defineValueCheck({
    code: 'outsized-tensor',
    level: 'error',
    says: '{tensor}: RMS {value}, {times} times the median of {peers} ({median})',
    hint: 'training never produces such numbers; the file is damaged: download it again, or convert it again',
    judge: (model, values) =>
      outsized(model, values).map(({ index, rms, times, median, peers }) => {
        const place = bytesPlace(model.tensors[index] as (typeof model.tensors)[number]);
        const facts = { value: rms.toPrecision(3), times: Math.round(times), median: median.toPrecision(3), peers };
        return { place, facts: { tensor: place.tensor as string, ...facts } };
      }),
  }),
  /** A layer that differs strongly from the others of the same role: damaged by the conversion, or trained separately. */
  defineValueCheck({
    code: 'outlying-layer',
    level: 'advice',
    says: '{tensor}: {what} {value}, but the median of its role over {layers} layers is {median}',
    hint: 'the layer may be damaged, or was trained separately; compare with the source of the model (diff --values)',
    judge(model, values) {
      // Samples contain more of the ends of a matrix, and these may differ from the rest.
      if ((values.sampled?.size ?? 0) > 0) return [];
      const told = new Set(outsized(model, values).map(({ index }) => index));
      return outlyingLayers(model.tensors, values.statistics).flatMap(({ index, outlying }) => {
        if (told.has(index)) return [];
        const { statistic, value, median, layers } = outlying;
        const tensor = model.tensors[index] as (typeof model.tensors)[number];
        const place = bytesPlace(tensor);
        const facts = {
          tensor: place.tensor as string,
          layer: tensor.classified.layer as number,
          what: statistic === 'rms' ? 'RMS' : 'largest magnitude',
          value: value.toPrecision(3),
          median: median.toPrecision(3),
          layers,
        };
        const level = statistic === 'rms' && value > BY_FAR * median && !isBias(tensor) ? 'warning' : 'advice';
        return [{ place, level, facts }];
      });
    },
  }),
];

/** Tensors whose RMS is far larger than that of the others of their role or, if these are few, of all matrices. */
function outsized({ tensors }: Model, { statistics }: CheckedValues): Outsized[] {
  const byRole = new Map<string, number[]>();
  const matrices: number[] = [];
  const rmsOf = (index: number) => statistics[index]?.rms ?? 0;
  for (const [index, tensor] of tensors.entries()) {
    if (rmsOf(index) === 0 || !isWeight(tensor) || isBias(tensor)) continue;
    const { pattern } = tensor.classified;
    const same = byRole.get(pattern);
    if (same) same.push(index);
    else byRole.set(pattern, [index]);
    if (isMatrix(tensor)) matrices.push(index);
  }
  return [...byRole.values()].flatMap((indices) => {
    const tensor = tensors[indices[0] as number] as (typeof tensors)[number];
    const ofRole = indices.length >= LEAST_OF_A_ROLE;
    if (!ofRole && (!isMatrix(tensor) || matrices.length < LEAST_MATRICES)) return [];
    const median = medianOf((ofRole ? indices : matrices).map(rmsOf));
    const peers = ofRole ? 'its role' : 'all matrices';
    return indices.flatMap((index): Outsized[] => {
      const rms = rmsOf(index);
      const { min, max } = statistics[index] ?? {};
      // `numbers-too-large` reports values that no weight has.
      if (rms <= BEYOND_TRAINING * median || Math.max(-(min ?? 0), max ?? 0) > LARGEST_HALF) return [];
      return [{ index, rms, times: rms / median, median, peers }];
    });
  });
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}
