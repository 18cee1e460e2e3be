/**
 * Several vectors of each token, of which the layers work on the first (`AltUp`): the others are foretold and corrected by what becomes
 * of it. With n vectors x of d numbers: s = tanh(R · rms(x₀) ÷ d), foretold xⱼ' = xⱼ + Σᵢ (P s)ⱼᵢ xᵢ, and with y, what the layer made of x₀',
 * and s of y: xⱼ = xⱼ' + ((C s)ⱼ + 1) (y − x₀'). R is `altup_router`, P `altup_predict_coef`, C `altup_correct_coef`.
 */

import type { Arithmetic } from './arithmetic.js';
import { within } from './model-numbers.js';
import type { Planner } from './planner.js';
import { addTo, makeVectors, normOf, scaled, type Vectors, vectorAt } from './vectors.js';

/** More than any model has. */
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

  /** `altup_proj` has a matrix for each further vector, which is made as long as the token's row. */
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

  /** Foretells all vectors for a layer; the first is what its steps read. */
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

  /** Corrects all vectors by what the steps of the layer made of the first. */
  async behind(layer: number, made: Vectors): Promise<Vectors> {
    const { vectors } = this;
    const [first] = vectors as [Vectors, ...Vectors[]];
    const mix = await this.mix(layer, 'altup_correct_coef', made, vectors.length);
    const news = { ...made, values: made.values.map((value, i) => value - (first.values[i] as number)) };
    for (const [j, own] of vectors.entries()) addMixed(own, news, (t) => (vectorAt(mix, t)[j] ?? 0) + 1);
    return first;
  }

  /** Adds to all vectors but the first. */
  addToOthers({ values }: Vectors): void {
    for (const other of this.vectors.slice(1)) addTo(other.values, values);
  }

  /** The mean of all vectors behind the last layer, the further ones through `altup_unembd_proj` and made as long as the first. */
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

  /** How the vectors are mixed, by what the router makes of one of them. */
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

/** One of the square matrices that are stored one behind the other. */
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

/** Each vector scaled to the length of the other's. */
function asLongAs(vectors: Vectors, other: Vectors): Vectors {
  for (let t = 0; t < vectors.count; t++) {
    const own = vectorAt(vectors, t);
    scaled({ values: own, length: own.length, count: 1 }, normOf(vectorAt(other, t)) / normOf(own));
  }
  return vectors;
}

/** Adds the other, each token's times a factor of its own. */
function addMixed(target: Vectors, other: Vectors, factorOf: (token: number) => number): void {
  const part = makeVectors(1, other.length);
  for (let t = 0; t < target.count; t++) {
    part.values.set(vectorAt(other, t));
    addTo(vectorAt(target, t), scaled(part, factorOf(t)).values);
  }
}
