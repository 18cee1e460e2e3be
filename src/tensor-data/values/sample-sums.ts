/** The results for the samples of a tensor: the counts that rules need, and the positions of faults. */

import type { CountScales, ScaleCounts } from '../../formats/block-scales.js';
import type { Dequantize } from '../../formats/dequantize.js';
import type { TensorType } from '../../formats/tensor-types.js';
import type { Faults } from './faults.js';
import type { ValueSummary } from './value-summary.js';

/** The part of a `ValueSummary` that samples give, for the examined numbers; rows are samples. */
export interface SampleSummary
  extends Pick<
    ValueSummary,
    'count' | 'zeros' | 'nans' | 'infinities' | 'min' | 'max' | 'rms' | 'constant' | 'scales'
  > {
  rows: Pick<ValueSummary['rows'], 'count' | 'zero' | 'median'>;
  faults: Omit<Faults, 'zeroBytes'>;
}

/** A sample in the tensor: its first block, its number of blocks, and how many of them are dequantized. */
export interface SamplePlace {
  start: number;
  blocks: number;
  some: number;
}

export class SampleSums {
  readonly #values: Float32Array;
  #type: TensorType | undefined;
  #dequantize: Dequantize | undefined;
  #countScales: CountScales | undefined;
  #count = 0;
  #zeros = 0;
  #nans = 0;
  #infinities = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #squares = 0;
  #lengths: number[] = [];
  #zeroSamples = 0;
  #blocks = 0;
  #scales: ScaleCounts = { zero: 0, nan: 0, infinite: 0 };
  #faults: SampleSummary['faults'] = noFaults();

  /** `values` has room for the numbers of a sample. */
  constructor(values: Float32Array) {
    this.#values = values;
  }

  begin(
    type: TensorType,
    { dequantize, countScales }: { dequantize: Dequantize; countScales: CountScales | undefined },
  ): void {
    this.#type = type;
    this.#dequantize = dequantize;
    this.#countScales = countScales;
    this.#count = this.#zeros = this.#nans = this.#infinities = this.#squares = 0;
    this.#zeroSamples = this.#blocks = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#lengths = [];
    this.#scales = { zero: 0, nan: 0, infinite: 0 };
    this.#faults = noFaults();
  }

  /** Takes a sample, whose bytes are at the start of `bytes`. */
  add(bytes: Uint8Array, { start, blocks, some }: SamplePlace): void {
    const { blockBytes, blockElements } = this.#type as TensorType;
    this.#blocks += blocks;
    this.#addScales(bytes, start, blocks, blockBytes);
    this.#dequantize?.(bytes, 0, some, this.#values, 0);
    this.#addNumbers(some * blockElements, start * blockElements);
  }

  #addScales(bytes: Uint8Array, start: number, blocks: number, blockBytes: number): void {
    const scales = this.#scales;
    const before = scales.nan + scales.infinite;
    this.#countScales?.(bytes, 0, blocks, scales);
    if (scales.nan + scales.infinite === before) return;
    for (let block = 0; block < blocks; block++) {
      const one: ScaleCounts = { zero: 0, nan: 0, infinite: 0 };
      this.#countScales?.(bytes, block * blockBytes, 1, one);
      if (one.nan + one.infinite === 0) continue;
      this.#faults.scales = { first: this.#faults.scales?.first ?? start + block, last: start + block };
    }
  }

  #addNumbers(count: number, first: number): void {
    const values = this.#values;
    let squares = 0;
    let most = -1;
    let at = 0;
    let zeros = 0;
    for (let i = 0; i < count; i++) {
      const value = values[i] as number;
      const magnitude = value < 0 ? -value : value;
      if (!(magnitude < Number.POSITIVE_INFINITY)) {
        if (Number.isNaN(value)) this.#nans++;
        else this.#infinities++;
        this.#faults.notFinite = { first: this.#faults.notFinite?.first ?? first + i, last: first + i };
        continue;
      }
      if (magnitude === 0) zeros++;
      if (magnitude > most) {
        most = magnitude;
        at = i;
      }
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
      squares += value * value;
    }
    this.#count += count;
    this.#zeros += zeros;
    this.#squares += squares;
    this.#lengths.push(Math.sqrt(squares));
    if (zeros === count) this.#zeroSamples++;
    const meanSquare = squares / count;
    if (most > 0 && meanSquare > (this.#faults.largest?.meanSquare ?? 0)) {
      this.#faults.largest = { index: first + at, magnitude: most, meanSquare };
    }
  }

  end(): SampleSummary {
    const finite = this.#count - this.#nans - this.#infinities;
    const some = finite > 0;
    const lengths = this.#lengths.sort((a, b) => a - b);
    return {
      ...{ count: this.#count, zeros: this.#zeros, nans: this.#nans, infinities: this.#infinities },
      min: some ? this.#min : null,
      max: some ? this.#max : null,
      rms: some ? Math.sqrt(this.#squares / finite) : null,
      constant: some && finite === this.#count && this.#min === this.#max,
      rows: { count: lengths.length, zero: this.#zeroSamples, median: lengths[(lengths.length - 1) >> 1] ?? null },
      scales: this.#countScales === undefined ? null : { blocks: this.#blocks, ...this.#scales },
      faults: this.#faults,
    };
  }
}

function noFaults(): SampleSummary['faults'] {
  return { notFinite: null, scales: null, largest: null, zeroRows: [] };
}
