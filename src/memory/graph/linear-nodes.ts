/** Products with the file's matrices, and norms: what all blocks consist of. A bias or factor is used if it is stored. */

import type { NormKind, Rotation } from '../../architectures/forward.js';
import type { LayerView } from '../../architectures/layer-view.js';
import {
  add,
  elementwise,
  expertProduct,
  getRows,
  matrixProduct,
  multiply,
  operation,
  repeat,
  reshape,
} from './graph-nodes.js';
import { type GraphTensor, storedTensor, TIED_OUTPUT, UnfitTensors } from './graph-tensor.js';
import type { Pass } from './pass.js';

/** A tensor that the description requires. Throws UnfitTensors if the file lacks it. */
export function needed(pass: Pass, name: string): GraphTensor {
  const tensor = pass.weight(name);
  if (tensor === undefined) throw new UnfitTensors(`the file lacks ${name}`);
  return tensor;
}

/** Multiplies `x` with a matrix, then applies its factor and bias; `name` is without `.weight`. */
export function linear(
  pass: Pass,
  name: string,
  x: GraphTensor,
  { scaleLast = false, bias: biased = true }: { scaleLast?: boolean; bias?: boolean } = {},
): GraphTensor {
  let y = matrixProduct(needed(pass, `${name}.weight`), x);
  const bias = biased ? pass.weight(`${name}.bias`) : undefined;
  const factor = pass.weight(`${name}.scale`);
  if (factor && !scaleLast) y = multiply(y, factor);
  if (bias) y = add(y, bias);
  return factor && scaleLast ? multiply(y, factor) : y;
}

/** Multiplies `x` with the matrices of the chosen experts. */
export function expertLinear(pass: Pass, name: string, x: GraphTensor, chosen: GraphTensor): GraphTensor {
  let y = expertProduct(needed(pass, `${name}.weight`), x, chosen);
  const factor = pass.weight(`${name}.scale`);
  if (factor) {
    const experts = factor.shape[0];
    y = multiply(y, getRows(repeat(reshape(factor, 1, experts, 1), 1, experts, x.shape[2], 1), chosen));
  }
  const bias = pass.weight(`${name}.bias`);
  return bias ? operation('ADD_ID', y.type, y.shape, y, bias, chosen) : y;
}

/** The weights of a norm, which some architectures store under a name without `.weight`. */
export function normWeight(pass: Pass, name: string): GraphTensor | undefined {
  return pass.weight(`${name}.weight`) ?? pass.weight(name);
}

/** A norm. `name` is without `.weight`; null: no weight or bias. */
export function norm(pass: Pass, kind: NormKind, name: string | null, x: GraphTensor): GraphTensor {
  const weight = name === null ? undefined : normWeight(pass, name);
  const bias = name === null ? undefined : pass.weight(`${name}.bias`);
  let y = bareNorm(kind, x);
  if (weight) y = multiply(y, weight);
  return bias ? add(y, bias) : y;
}

export function bareNorm(kind: NormKind, x: GraphTensor): GraphTensor {
  if (kind === 'group') {
    const grouped = elementwise('GROUP_NORM', reshape(x, x.shape[0], 1, x.shape[1]));
    return reshape(grouped, x.shape[0], x.shape[1]);
  }
  return elementwise({ rms: 'RMS_NORM', layer: 'NORM', l2: 'L2_NORM', 'group-of-all': 'GROUP_NORM' }[kind], x);
}

/** Queries or keys, rotated by their positions. The angle divisors are a weight that each device has for its layers. */
export function rotated(pass: Pass, { factors }: Rotation, at: LayerView, x: GraphTensor): GraphTensor {
  const names = factors === undefined ? [] : ['rope_freqs.weight', 'rope_factors_long.weight'];
  const stored = names.map((name) => pass.weight(name)).find((weight) => weight !== undefined);
  const own = stored && { ...stored, place: -1, layer: at.layer };
  return elementwise('ROPE', x, pass.inputs.positions(), ...(own ? [own] : []));
}

/** The token embedding as loaded for the output: a different tensor from the one that rows are looked up in. */
export function tiedOutput(pass: Pass): GraphTensor {
  const { type, shape } = needed(pass, 'token_embd.weight');
  return storedTensor(type, shape, TIED_OUTPUT);
}

/** Whether the embedding is scaled: a factor of 1 is skipped unless the file states it. */
export function isScaled(factor: number | undefined, at: LayerView): boolean {
  return factor !== undefined && (factor !== 1 || at.number('embedding_scale') !== undefined);
}
