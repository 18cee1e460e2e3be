/**
 * Alternating updates (`AltUp`): each token has several vectors, and the layers work only on the first. The others are predicted before the
 * layer and corrected after it. With n vectors x of d numbers: s = tanh(R · rms(x₀) ÷ d), prediction xⱼ' = xⱼ + Σᵢ (P s)ⱼᵢ xᵢ, and with y,
 * the layer's result for x₀', and s computed from y: xⱼ = xⱼ' + ((C s)ⱼ + 1) (y − x₀'). R is `altup_router`, P `altup_predict_coef`, C
 * `altup_correct_coef`.
 */

import type { Arithmetic } from './arithmetic.js';
import { within } from './model-numbers.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

/** A cap above the count of any known model. */
const MOST_VECTORS = 64;

export class AlternatingUpdates {
  private readonly arithmetic: Arithmetic;
  private readonly planner: Planner;
  private vectors: Vectors[];

  private constructor(arithmetic: Arithmetic, planner: Planner, vectors: Vectors[]) {
    this.arithmetic = arithmetic;
    this.planner = planner;
    this.vectors = vectors;
  }

  /** `altup_proj` has one matrix for each vector after the first; its result is scaled to the norm of the token's embedding row. */
  static async begin(
    arithmetic: Arithmetic,
    planner: Planner,
    { rows, count }: { rows: Vectors; count: number },
  ): Promise<AlternatingUpdates> {
    within(planner.numbers.name, 'altup', count, MOST_VECTORS);
    const further: Vectors[] = [];
    for (let i = 0; i < count - 1; i++) {
      const made = await throughOne(arithmetic, planner, 'altup_proj', { input: rows, at: i, of: count - 1 });
      further.push(asLongAs(made, rows));
    }
    return new AlternatingUpdates(arithmetic, planner, [rows, ...further]);
  }

  /** Predicts all vectors for a layer and returns the first, which the layer's steps read. */
  async before(layer: number): Promise<Vectors> {
    const { vectors } = this;
    const count = vectors.length;
    const mix = await this.mix(layer, 'altup_predict_coef', vectors[0] as Vectors, count * count);
    this.vectors = vectors.map((own, j) => {
      const foretold = { ...own, values: own.values.slice() };
      for (const [i, other] of vectors.entries())
        addMixed(foretold, other, (t) => vectorAt(mix, t)[j * count + i] ?? 0);
      return foretold;
    });
    const [first] = this.vectors as [Vectors, ...Vectors[]];
    return { ...first, values: first.values.slice() };
  }

  /** Corrects all vectors, given the layer's result for the first. */
  async behind(layer: number, made: Vectors): Promise<Vectors> {
    const { vectors } = this;
    const [first] = vectors as [Vectors, ...Vectors[]];
    const mix = await this.mix(layer, 'altup_correct_coef', made, vectors.length);
    const news = { ...made, values: made.values.map((value, i) => value - (first.values[i] as number)) };
    for (const [j, own] of vectors.entries()) addMixed(own, news, (t) => (vectorAt(mix, t)[j] ?? 0) + 1);
    return first;
  }

  /** Adds `values` to every vector except the first. */
  addToOthers({ values }: Vectors): void {
    for (const other of this.vectors.slice(1)) addTo(other.values, values);
  }

  /**
   * The mean of all vectors after the last layer; all except the first go through `altup_unembd_proj` and are scaled to the norm of the
   * first.
   */
  async merged(): Promise<Vectors> {
    const [first, ...further] = this.vectors as [Vectors, ...Vectors[]];
    const sum = { ...first, values: first.values.slice() };
    for (const [at, input] of further.entries()) {
      const one = { input, at, of: further.length };
      addTo(
        sum.values,
        asLongAs(await throughOne(this.arithmetic, this.planner, 'altup_unembd_proj', one), first).values,
      );
    }
    return scaled(sum, 1 / this.vectors.length);
  }

  /** The coefficients for mixing the vectors, computed by the router from one of them. */
  private async mix(layer: number, tensor: string, read: Vectors, rows: number): Promise<Vectors> {
    const { arithmetic, planner, vectors } = this;
    const name = (part: string) => planner.name(layer, part);
    const normed = await arithmetic.normalized(read, planner.norm(name('altup_router_norm'), read.length));
    const router = planner.projection(name('altup_router'), read.length, { rows: vectors.length });
    const state = await arithmetic.project(router, scaled(normed, 1 / read.length));
    const through = { ...state, values: state.values.map(Math.tanh) };
    return arithmetic.project(planner.projection(name(tensor), vectors.length, { rows }), through);
  }
}

/** Multiplies with one of the square matrices, which are stored one after the other. */
function throughOne(
  arithmetic: Arithmetic,
  { tensors }: Planner,
  name: string,
  { input, at, of }: { input: Vectors; at: number; of: number },
): Promise<Vectors> {
  const rows = input.length;
  const matrix = tensors.experts(`${name}.weight`, rows, rows, of);
  return arithmetic.project({ matrix, first: at * rows, rows, scale: null, bias: null }, input);
}

/** Scales each vector to the length of the corresponding one in `other`. */
function asLongAs(vectors: Vectors, other: Vectors): Vectors {
  for (let t = 0; t < vectors.count; t++) {
    const own = vectorAt(vectors, t);
    scaled({ values: own, length: own.length, count: 1 }, normOf(vectorAt(other, t)) / normOf(own));
  }
  return vectors;
}

/** Adds `other`, with one factor for each token. */
function addMixed(target: Vectors, other: Vectors, factorOf: (token: number) => number): void {
  const part = makeVectors(1, other.length);
  for (let t = 0; t < target.count; t++) {
    part.values.set(vectorAt(other, t));
    addTo(vectorAt(target, t), scaled(part, factorOf(t)).values);
  }
}
