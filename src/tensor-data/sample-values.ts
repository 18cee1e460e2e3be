/**
 * Reads a few blocks of every tensor: enough to find that parts of a file are empty, that its data is elsewhere, or that its numbers are
 * invalid, without reading all of it. A small file is read completely. Every check does this, so it loads no kernels and dequantizes few
 * blocks.
 */

import { type CountScales, scaleCounter } from '../formats/block-scales.js';
import { type Dequantize, dequantizer } from '../formats/dequantize.js';
import type { GgufFile } from '../gguf/decode.js';
import type { BlockSource } from '../io/block-source.js';
import { chosenTensors } from './chosen-tensors.js';
import { ZeroRanges } from './empty-ranges.js';
import type { ModelValues } from './model-values.js';
import { readBlocks } from './read-blocks.js';
import { type ReadableData, type SortedData, totalBytes } from './tensor-data.js';
import { type SampleSummary, SampleSums } from './values/sample-sums.js';
import { type ByteRun, SHORTEST_RUN, zeroRunFinder } from './values/zero-runs.js';

export interface SampleOptions {
  /** Finds the built kernels, for data that is read completely. */
  kernels?: (() => string | undefined) | undefined;
  /** Whether each read takes a network request: then only the ends of tensors are read. */
  distant?: boolean;
}

/** Like `ModelValues`, with less detail for each tensor. */
export interface SampledValues extends Omit<ModelValues, 'statistics' | 'faults'> {
  statistics: (SampleSummary | undefined)[];
  faults: SampleSummary['faults'][];
}

/** A file with less data than this is read completely. */
const READ_WHOLE_BYTES = 8 * 1024 * 1024;

/** Approximate total bytes of all samples. */
const SAMPLED_BYTES = 1024 * 1024;

/** Maximum bytes of a sample. */
const SAMPLE_BYTES = 1024;

/** Numbers of a sample that are examined, at least one block. */
const SAMPLE_NUMBERS = 256;

/** Number of samples between the ends of tensors, spread evenly over the file. */
const PLACES_BETWEEN = 256;

/** Samples the tensors of a file, or reads all of them. Rejects with errors of the source. */
export async function sampleValues(
  file: GgufFile,
  source: BlockSource,
  { kernels, distant = false }: SampleOptions,
): Promise<ModelValues | SampledValues> {
  const { tensors, left } = chosenTensors(file, { paths: null });
  const total = totalBytes(tensors);
  const readWhole = async (only?: ReadonlySet<number>) => {
    const { modelValues } = await import('./model-values.js');
    return await modelValues(file, { paths: null, source, kernels: kernels?.(), only });
  };
  if (total <= READ_WHOLE_BYTES && !distant) return await readWhole();

  const statistics: SampledValues['statistics'] = new Array(file.tensors.length).fill(undefined);
  const faults: SampledValues['faults'] = new Array(file.tensors.length).fill(undefined);
  const sampled = new Map<number, { blocks: number; of: number }>();
  const seen: ByteRun[] = [];
  const zeros: SortedData['readable'] = [];
  const sampler = new Sampler(source, seen);
  for (const tensor of tensors) {
    const plan = planOf(tensor, { total, tensors: tensors.length, distant });
    const sampling = sampler.sample(tensor, plan);
    const found = sampling instanceof Promise ? await sampling : sampling;
    if (found === null) {
      left.set(tensor.index, 'data-missing');
      continue;
    }
    statistics[tensor.index] = found;
    faults[tensor.index] = found.faults;
    const of = tensor.bytes / tensor.type.blockBytes;
    const blocks = plan.blocks * plan.starts.length;
    if (blocks < of || found.count < of * tensor.type.blockElements) sampled.set(tensor.index, { blocks, of });
    if (found.zeros === found.count) zeros.push(tensor);
  }

  const ranges = new ZeroRanges(source, { from: file.dataStart, to: endOf(tensors) });
  for (const run of seen) await ranges.add(run);
  let { bytes } = sampler;
  // All samples of the tensor are zeros; only reading on shows whether all of it is.
  for (const { index, position, bytes: own, type, rows } of zeros) {
    const summary = statistics[index] as SampleSummary;
    const of = sampled.get(index)?.of;
    const touched = ranges.found.find(({ from, to }) => from < position + own && to > position);
    if (of === undefined) continue;
    if (touched !== undefined && touched.from <= position && touched.to >= position + own) {
      const count = of * type.blockElements;
      statistics[index] = { ...summary, count, zeros: count, rows: { ...summary.rows, count: rows, zero: rows } };
      sampled.delete(index);
    } else if (touched === undefined) {
      // Zeros that are not stored as zero bytes, such as quants times a scale of 0.
      const whole = await readWhole(new Set([index]));
      const { [index]: found } = whole.statistics;
      const where = whole.faults[index];
      if (found !== undefined && where !== undefined) statistics[index] = { ...found, faults: where };
      bytes += whole.bytes;
      sampled.delete(index);
    }
  }
  return { statistics, faults, left, complete: true, bytes: bytes + ranges.bytes, sampled, empty: ranges.found };
}

function endOf(tensors: readonly ReadableData[]): number {
  return tensors.reduce((most, { position, bytes }) => Math.max(most, position + bytes), 0);
}

/** Where the samples of a tensor begin, in blocks, and the number of blocks in each. */
interface Plan {
  blocks: number;
  starts: readonly number[];
}

function planOf(
  { bytes, type }: ReadableData,
  { total, tensors, distant }: { total: number; tensors: number; distant: boolean },
): Plan {
  const all = bytes / type.blockBytes;
  const share = Math.min(SAMPLE_BYTES, SAMPLED_BYTES / (2 * tensors));
  const blocks = Math.min(all, Math.max(1, Math.floor(share / type.blockBytes)));
  const between = distant ? 0 : Math.round((PLACES_BETWEEN * bytes) / total);
  const last = all - blocks;
  const starts: number[] = [];
  for (let i = 0; i <= between; i++) {
    const start = Math.floor((last * i) / (between + 1));
    // Samples do not overlap, so each number counts once.
    if (start + blocks <= last && start >= (starts.at(-1) ?? -blocks) + blocks) starts.push(start);
  }
  return { blocks, starts: [...starts, last] };
}

class Sampler {
  /** Bytes read. */
  bytes = 0;
  readonly #source: BlockSource;
  readonly #seen: ByteRun[];
  readonly #room = new Uint8Array(2 * SAMPLE_BYTES);
  readonly #values = new Float32Array(2 * SAMPLE_BYTES);
  readonly #sums = new SampleSums(this.#values);
  readonly #runs = zeroRunFinder();
  readonly #kernels = new Map<string, { dequantize: Dequantize; countScales: CountScales | undefined }>();

  /** `seen` receives the runs of zero bytes in the samples. */
  constructor(source: BlockSource, seen: ByteRun[]) {
    this.#source = source;
    this.#seen = seen;
  }

  /** Null if the input ends too early. Synchronous if the source allows it. */
  sample(tensor: ReadableData, plan: Plan, from = 0): SampleSummary | null | Promise<SampleSummary | null> {
    const length = plan.blocks * tensor.type.blockBytes;
    const room = this.#room.subarray(0, length);
    if (from === 0) this.#sums.begin(tensor.type, this.#kernelsOf(tensor));
    for (let i = from; i < plan.starts.length; i++) {
      const reading = readBlocks(tensor, this.#source, plan.starts[i] as number, room);
      if (typeof reading !== 'number') {
        return reading.then((count) => (this.#take(tensor, plan, i, count) ? this.sample(tensor, plan, i + 1) : null));
      }
      if (!this.#take(tensor, plan, i, reading)) return null;
    }
    return this.#sums.end();
  }

  #take({ position, type }: ReadableData, { blocks, starts }: Plan, i: number, count: number): boolean {
    const length = blocks * type.blockBytes;
    const start = starts[i] as number;
    this.bytes += count;
    if (count < length) return false;
    this.#runs.begin();
    this.#runs.add(this.#room, length);
    const at = position + start * type.blockBytes;
    for (const { from, to } of this.#runs.end().runs) {
      if (to - from >= Math.min(SHORTEST_RUN, length)) this.#seen.push({ from: at + from, to: at + to });
    }
    const some = Math.max(1, Math.floor(SAMPLE_NUMBERS / type.blockElements));
    this.#sums.add(this.#room, { start, blocks, some: Math.min(blocks, some) });
    return true;
  }

  #kernelsOf({ type, littleEndian }: ReadableData) {
    const key = `${type.name} ${littleEndian}`;
    let kernels = this.#kernels.get(key);
    if (kernels === undefined) {
      const dequantize = dequantizer(type, littleEndian) as Dequantize;
      kernels = { dequantize, countScales: scaleCounter(type, littleEndian) };
      this.#kernels.set(key, kernels);
    }
    return kernels;
  }
}
