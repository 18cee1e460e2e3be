/** The operations that blocks are computed with: products with stored matrices, norms with stored weights, rows of tables. */

import type { BlockSource } from '../io/block-source.js';
import type { ReadableData } from '../tensor-data/tensor-data.js';
import { roundedFor } from './activation-quantization.js';
import { convolve, convolveEach } from './convolution.js';
import { type Products, RowReader } from './matmul.js';
import { type Norm, normalized } from './normalize.js';
import type { AdapterStacks, NormPlan, Projection } from './plan.js';
import type { RopePlan } from './rope-plan.js';
import { type Angles, anglesOf } from './rotate.js';
import { addTo, makeVectors, scaled, type Vectors, vectorAt } from './vectors.js';

/** Where data is read from and what multiplies. */
export interface Means {
  source: BlockSource;
  products: Products;
}

export class Arithmetic {
  private readonly means: Means;
  /** The adapter number of each token, if the model has adapters. */
  places: readonly number[] = [];
  private readonly angles = new Map<string, Angles>();
  /** Called with each product with a matrix. Its arguments are reused afterwards, so a callback must copy what it keeps. */
  onProduct: ((projection: Projection, input: Vectors, result: Vectors) => void) | null = null;

  constructor(means: Means) {
    this.means = means;
  }

  /** Rows of a matrix times the vectors, followed by the factor and the bias if present. */
  async project(projection: Projection, input: Vectors): Promise<Vectors> {
    const { matrix, first, rows, scale, bias, scaleBehindBias, adapters, taps, biasFirst = first } = projection;
    const result = makeVectors(input.count, rows);
    if (taps === undefined) {
      await this.means.products.multiply({ matrix, first, rows }, roundedFor(matrix.type, input), result);
    } else {
      await convolve(this.means.source, { matrix, taps }, input, result);
    }
    if (adapters !== undefined) await this.addAdapters(adapters, input, result);
    const factor = scale === null ? 1 : ((await this.vector(scale))[0] ?? 1);
    if (scaleBehindBias !== true) scaled(result, factor);
    if (bias !== null) {
      const row = Math.floor(biasFirst / bias.rowLength);
      const from = biasFirst % bias.rowLength;
      const added = (await new RowReader(this.means.source, bias, 1).read(row, 1)).subarray(from, from + rows);
      for (let t = 0; t < result.count; t++) addTo(vectorAt(result, t), added);
    }
    if (scaleBehindBias === true) scaled(result, factor);
    this.onProduct?.(projection, input, result);
    return result;
  }

  /** A depthwise convolution: each channel is convolved separately. */
  convolvedEach(kernel: Parameters<typeof convolveEach>[1], input: Vectors): Promise<Vectors> {
    return convolveEach(this.means.source, kernel, input);
  }

  /** Adds the result of each token's adapter. Only adapters that a token uses are read. */
  private async addAdapters({ down, up, rank }: AdapterStacks, input: Vectors, result: Vectors): Promise<void> {
    const { multiply } = this.means.products;
    for (const place of new Set(this.places)) {
      const tokens = [...this.places.keys()].filter((token) => this.places[token] === place);
      const own = makeVectors(tokens.length, input.length);
      for (const [i, token] of tokens.entries()) own.values.set(vectorAt(input, token), i * own.length);
      const [short, added] = [makeVectors(own.count, rank), makeVectors(own.count, result.length)];
      await multiply({ matrix: down, first: place * rank, rows: rank }, roundedFor(down.type, own), short);
      const rows = { first: place * result.length, rows: result.length };
      await multiply({ matrix: up, ...rows }, roundedFor(up.type, short), added);
      for (const [i, token] of tokens.entries()) addTo(vectorAt(result, token), vectorAt(added, i));
    }
  }

  /** Normalizes each stretch of numbers of each vector separately. */
  async normalized(vectors: Vectors, plan: NormPlan): Promise<Vectors> {
    return normalized(vectors, await this.norm(plan), plan.stretch);
  }

  /** The norm with its learned weight and bias read. */
  async norm({ kind, epsilon, weight, bias, stretch = 1, weightPerStretch, groups }: NormPlan): Promise<Norm> {
    const learned = weight === null ? null : await this.vector(weight);
    return {
      ...{ kind, epsilon, groups },
      weight: learned !== null && weightPerStretch ? spread(learned, stretch) : learned,
      bias: bias === null ? null : await this.vector(bias),
    };
  }

  vector(stored: ReadableData): Promise<Float32Array> {
    return new RowReader(this.means.source, stored, 1).read(0, 1);
  }

  /** All numbers of a small stored matrix, row after row. */
  async matrix(stored: ReadableData): Promise<Float32Array> {
    return new RowReader(this.means.source, stored, stored.rows).read(0, stored.rows);
  }

  /** The rows of a table with these indexes, as vectors. */
  async rows(table: ReadableData, indexes: readonly number[]): Promise<Vectors> {
    const result = makeVectors(indexes.length, table.rowLength);
    const reader = new RowReader(this.means.source, table, 1);
    for (const [i, index] of indexes.entries()) result.values.set(await reader.read(index, 1), i * result.length);
    return result;
  }

  /** The rotation angles for this number of positions. They are cached because most layers share them. */
  async anglesOf(plan: RopePlan, positions: number): Promise<Angles> {
    const { factors, ...numbers } = plan;
    const key = JSON.stringify([numbers, factors?.name, positions]);
    const known = this.angles.get(key);
    if (known !== undefined) return known;
    const angles = anglesOf(plan, factors === null ? null : await this.vector(factors), positions);
    this.angles.set(key, angles);
    return angles;
  }
}

/** Repeats each number `times` times. */
function spread(numbers: Float32Array, times: number): Float32Array {
  return Float32Array.from({ length: numbers.length * times }, (_, i) => numbers[Math.floor(i / times)] as number);
}
