/**
 * Combines a layer's description with the file's tensors: which matrices, norms and rotation, all checked. A block is planned only when it
 * is computed, so the attention of layer 0 needs no tensors other than its own.
 */

import type { Branch, Forward, NormKind, Step } from '../architectures/forward.js';
import { ruled } from '../architectures/rules.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { TraceError } from './inference-error.js';
import { type Numbers, within } from './model-numbers.js';
import type { LayerPlan, NormPlan, Projection } from './plan.js';
import type { StoredTensors } from './stored-tensors.js';
import { type AdaptersPlan, adaptersOf } from './switched-adapters.js';

export { ruled };

/** Plans the blocks of one stack of layers. */
export class Planner {
  readonly numbers: Numbers;
  readonly tensors: StoredTensors;
  readonly forward: Forward;
  /** The adapters that tokens switch on, if the model has them. */
  readonly adapters: AdaptersPlan | null;

  constructor(numbers: Numbers, tensors: StoredTensors) {
    this.numbers = numbers;
    this.tensors = tensors;
    this.forward = numbers.forward;
    this.adapters = adaptersOf(numbers, ruled(numbers.forward.adapters?.gain, numbers.view(0)));
  }

  /** Throws TraceError if the model has no such layer. */
  layer(layer: number): LayerPlan {
    const { layers } = this.numbers;
    if (layer >= layers) {
      throw new TraceError('no-layer', `there is no layer ${layer}: the model has ${layers}, counted from 0`);
    }
    const view = this.numbers.view(layer);
    return { layer, view, shape: this.forward.layer(view) };
  }

  /** The full name of a layer's tensor, without its suffix. Layers that run several times share one set of tensors. */
  name(layer: number, part: string): string {
    return this.numbers.trunk(this.numbers.block(layer)) + part;
  }

  /** All branches of a layer in order. `first`: whether the branch is the first of its step. */
  *branches({ shape }: LayerPlan): Iterable<{ step: Step; branch: Branch; first: boolean }> {
    for (const step of shape.steps) {
      for (const [i, branch] of step.branches.entries()) yield { step, branch, first: i === 0 };
    }
  }

  /** The norm before a branch: null if it reads the residual stream itself, `before` if it reads the same input as the previous branch. */
  branchNorm({ layer }: LayerPlan, { norm, normKind, bareNorm }: Branch, first: boolean): NormPlan | null | 'before' {
    const { embedding } = this.numbers;
    if (norm === null) return null;
    const name = this.name(layer, norm);
    if (bareNorm === true) return this.norm(name, embedding, { kind: normKind, bare: true });
    if (!first && !this.normStored(name)) return 'before';
    return this.norm(name, embedding, { kind: normKind });
  }

  /** A norm of vectors of `length`. A bare norm has no learned weight. */
  norm(
    name: string,
    length: number,
    { kind, bare, epsilon }: { kind?: NormKind | undefined; bare?: boolean; epsilon?: number } = {},
  ): NormPlan {
    const { tensors, forward } = this;
    const own = kind ?? forward.norm;
    // Some converters omit the suffix `.weight`.
    const whole = tensors.has(name) ? name : `${name}.weight`;
    return {
      ...(own === 'group-of-all' && { groups: this.groups(length) }),
      kind: own,
      epsilon: epsilon ?? this.numbers.epsilon(own),
      weight: bare ? null : tensors.vector(whole, length),
      bias: bare ? null : tensors.vectorOrNull(`${name}.bias`, length),
    };
  }

  /** Number of channel groups that are normalized together. */
  private groups(channels: number): number {
    const key = 'attention.group_norm_groups';
    return this.length(key, this.numbers.view(0).number(key), channels);
  }

  /** The norm of a branch's result before it is added. */
  postNorm({ layer }: LayerPlan, { post }: Branch): NormPlan | null {
    if (post === undefined) return null;
    const { embedding } = this.numbers;
    return typeof post === 'string'
      ? this.norm(this.name(layer, post), embedding)
      : this.norm(this.name(layer, post.norm), embedding, { epsilon: post.epsilon });
  }

  /** Whether the file has the norm's weight, with or without the suffix. */
  normStored(name: string): boolean {
    return this.tensors.has(`${name}.weight`) || this.tensors.has(name);
  }

  /** Rows of a matrix with their scale and bias; `of` is the total number of rows if the matrix holds more than these. */
  projection(
    name: string,
    length: number,
    { first = 0, rows, of = rows }: { first?: number; rows: number; of?: number },
  ): Projection {
    const { tensors } = this;
    return {
      matrix: tensors.matrix(`${name}.weight`, length, of),
      ...{ first, rows },
      scale: tensors.vectorOrNull(`${name}.scale`, 1),
      bias: tensors.vectorOrNull(`${name}.bias`, of),
      ...this.adaptersOn(name, length, rows),
    };
  }

  /** What adapters add to the products of a matrix, if the file has them. */
  adaptersOn(name: string, length: number, rows: number): Pick<Projection, 'adapters'> {
    const { adapters, tensors } = this;
    if (adapters === null || !tensors.has(`${name}.lora_a`)) return {};
    const { rank, places } = adapters;
    return {
      adapters: {
        down: tensors.experts(`${name}.lora_a`, length, rank, places),
        up: tensors.experts(`${name}.lora_b`, rank, rows, places),
        rank,
      },
    };
  }

  /** The projection if the file has the matrix, else null. */
  projectionOrNull(name: string, length: number, rows: number): Projection | null {
    return this.tensors.has(`${name}.weight`) ? this.projection(name, length, { rows }) : null;
  }

  /** A convolution over `taps` tokens with this many input channels and `rows` output channels, and its bias. */
  convolution(name: string, [taps, channels]: readonly [number, number], rows: number): Projection {
    const { tensors } = this;
    return {
      matrix: tensors.kernel(`${name}.weight`, taps, channels, rows),
      ...{ first: 0, rows, taps, scale: null },
      bias: tensors.vectorOrNull(`${name}.bias`, rows),
    };
  }

  /** The number of rows of a matrix that reads vectors of `length`. Throws TraceError where there is no such matrix. */
  rowsOf(name: string, length: number): number {
    return this.tensors.matrix(`${name}.weight`, length).rows;
  }

  /** A length stated by the metadata or computed by a rule. Throws TraceError where it is not a valid length. */
  length(key: string, value: number | null | undefined, most: number): number {
    return within(this.numbers.name, key, value, most);
  }

  /** The vector if the file has it, else null. */
  vectorOrNull(layer: number, part: string, length: number): ReadableData | null {
    return this.tensors.vectorOrNull(this.name(layer, part), length);
  }
}
