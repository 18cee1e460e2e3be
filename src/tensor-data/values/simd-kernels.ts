/**
 * The value scan's kernels in WebAssembly: the calling side of formats/simd/. Formats without a kernel there are dequantized by plain
 * TypeScript, in the module's memory.
 */

import { readFileSync } from 'node:fs';
import { dequantizer } from '../../formats/dequantize.js';
import type { TensorType, WebAssemblyTypeName } from '../../formats/tensor-types.js';
import { MAGNITUDE_BINS } from './magnitude-bins.js';
import { binsPerUnit, CHUNK_VALUES, MOST_BINS, plainKernels, ROOM_BYTES, type ValueKernels } from './plain-kernels.js';
import { gatherBins } from './sparse-bins.js';
import type { CollectedSums } from './value-sums.js';

/** A compiled module; threads can share it. */
export type KernelProgram = object;

/** The part of the global WebAssembly object that is used here; Node's types leave it to the browser's. */
declare const WebAssembly: {
  Module: new (program: Uint8Array) => KernelProgram;
  Instance: new (module: KernelProgram) => { exports: unknown };
};

interface Exports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  STATE: { readonly value: number };
  BINS: { readonly value: number };
  MEMORY_BASE: { readonly value: number };
  collect(values: number, rows: number, length: number, squares: number): void;
  histogram(
    values: number,
    ...against: [count: number, min: number, max: number, scale: number, bins: number, tables: number]
  ): void;
}

type Kernel = (from: number, blocks: number, into: number) => void;

/** What the module exports for the types (src/formats/simd/kernels.ts). */
export type Kernels = Readonly<Record<Lowercase<WebAssemblyTypeName>, Kernel>>;

const PAGE_BYTES = 65_536;

/** Compiles the built module; undefined if it does not exist, or this machine cannot run it. */
export function loadKernels(path: string): KernelProgram | undefined {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) return undefined;
  try {
    return new WebAssembly.Module(readFileSync(path));
  } catch {
    return undefined;
  }
}

/** The fastest available kernels: those of the built module, else plain ones. */
export function valueKernels(path: string | undefined): ValueKernels {
  const program = path === undefined ? undefined : loadKernels(path);
  return program === undefined ? plainKernels() : simdKernels(program);
}

/** Kernels with their own memory. */
export function simdKernels(program: KernelProgram): ValueKernels {
  const exports = new WebAssembly.Instance(program).exports as Exports & Kernels;
  const { memory, collect } = exports;
  const valuesAt = Math.ceil(exports.MEMORY_BASE.value / 64) * 64;
  const squaresAt = valuesAt + 4 * CHUNK_VALUES;
  const roomAt = squaresAt + 8 * CHUNK_VALUES;
  const countsAt = roomAt + ROOM_BYTES;
  memory.grow(Math.ceil((countsAt + 4 * 4 * MOST_BINS - memory.buffer.byteLength) / PAGE_BYTES));
  const { buffer } = memory;
  const room = new Uint8Array(buffer, roomAt, ROOM_BYTES);
  const values = new Float32Array(buffer, valuesAt, CHUNK_VALUES);
  const state = stateView(buffer, exports.STATE.value);
  const tables = new Uint32Array(buffer, exports.BINS.value, 2 * MAGNITUDE_BINS);
  state.clear();

  return {
    room,
    values,
    squares: new Float64Array(buffer, squaresAt, CHUNK_VALUES),
    dequantizer(type, littleEndian) {
      const kernel = littleEndian ? kernelOf(exports, type) : undefined;
      if (kernel !== undefined) return (from, blocks) => kernel(roomAt + from, blocks, valuesAt);
      const dequantize = dequantizer(type, littleEndian);
      return dequantize && ((from, blocks) => dequantize(room, from, blocks, values, 0));
    },
    collect: (at, rows, length) => collect(valuesAt + 4 * at, rows, length, squaresAt),
    take() {
      for (let bin = 0; bin < MAGNITUDE_BINS; bin++) {
        tables[bin] = (tables[bin] as number) + (tables[MAGNITUDE_BINS + bin] as number);
      }
      tables.fill(0, MAGNITUDE_BINS);
      const taken = { ...state.sums(), magnitudes: gatherBins(tables, 0, MAGNITUDE_BINS - 1) };
      state.clear();
      return taken;
    },
    count(numbers, range, counts) {
      const { min, max, bins } = range;
      const tables4 = new Uint32Array(buffer, countsAt, 4 * bins);
      tables4.fill(0);
      exports.histogram(valuesAt, numbers, min, max, binsPerUnit(range), bins, countsAt);
      for (let i = 0; i < tables4.length; i++) {
        counts[i % bins] = (counts[i % bins] as number) + (tables4[i] as number);
      }
    },
  };
}

/** The module's kernel for a type whose row says that it has one; for little-endian files. */
export function kernelOf(exports: Kernels, { name, kernel }: TensorType): Kernel | undefined {
  return kernel === 'webassembly' ? exports[name.toLowerCase() as Lowercase<WebAssemblyTypeName>] : undefined;
}

/** The module's state; its fields are those of statistics.ts in formats/simd. */
function stateView(buffer: ArrayBuffer, at: number) {
  const floats = new Float32Array(buffer, at, 2);
  const counts = new Uint32Array(buffer, at + 8, 3);
  const doubles = new Float64Array(buffer, at + 24, 2);
  return {
    clear() {
      floats[0] = Number.POSITIVE_INFINITY;
      floats[1] = Number.NEGATIVE_INFINITY;
      counts.fill(0);
      doubles.fill(0);
    },
    sums(): Omit<CollectedSums, 'magnitudes'> {
      const [min = 0, max = 0] = floats;
      const [zeros = 0, nans = 0, infinities = 0] = counts;
      const [sum = 0, squares = 0] = doubles;
      return { zeros, nans, infinities, min, max, sum, squares };
    },
  };
}
