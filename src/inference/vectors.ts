/** Vectors of equal length, stored one after the other: one for each token of the prompt. */

export interface Vectors {
  values: Float32Array;
  /** Numbers in each vector. */
  length: number;
  count: number;
}

export function makeVectors(count: number, length: number): Vectors {
  return { values: new Float32Array(count * length), length, count };
}

/** A view of one vector, not a copy. */
export function vectorAt({ values, length }: Vectors, index: number): Float32Array {
  return values.subarray(index * length, (index + 1) * length);
}

/** Adds `other` to `target`, number by number. */
export function addTo(target: Float32Array, other: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] as number) + (other[i] as number);
}

/** The length of the vector: √ of the sum of the squares. */
export function normOf(vector: Float32Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}

/** Multiplies every number, in place. */
export function scaled(vectors: Vectors, factor: number): Vectors {
  if (factor !== 1) {
    for (let i = 0; i < vectors.values.length; i++) vectors.values[i] = (vectors.values[i] as number) * factor;
  }
  return vectors;
}

/** The `length` numbers from index `first` on of each vector; with `every`, of each stretch of `every` numbers. */
export function stretch(
  vectors: Vectors,
  { first, length, every = vectors.length }: { first: number; length: number; every?: number },
): Vectors {
  const each = vectors.length / every;
  const result = makeVectors(vectors.count, each * length);
  for (let i = 0; i < vectors.count * each; i++) {
    result.values.set(vectors.values.subarray(i * every + first, i * every + first + length), i * length);
  }
  return result;
}

/** Multiplies each vector by these numbers, number by number, in place. */
export function multiplied(vectors: Vectors, numbers: Float32Array): Vectors {
  const { values, length } = vectors;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * (numbers[i % length] as number);
  return vectors;
}
