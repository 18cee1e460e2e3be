/** A ggml type is one row with all its facets; all code that works with types supports each of them. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { BlockFormat } from '../../src/formats/block-format.js';
import { UNIT_BYTES } from '../../src/formats/block-format.js';
import { BLOCK_FORMATS } from '../../src/formats/block-formats.js';
import { scaleCounter } from '../../src/formats/block-scales.js';
import { dequantizer } from '../../src/formats/dequantize.js';
import { exactValues } from '../../src/formats/exact-values.js';
import { explainBlock } from '../../src/formats/explain-block.js';
import { FILE_TYPES, fileTypeById, fileTypeByName, type WrittenFileType } from '../../src/formats/file-types.js';
import { LAST_FALLBACK, TENSOR_TYPES, type TensorType, tensorTypeByName } from '../../src/formats/tensor-types.js';
import { LLAMA_CPP, type ReadableTypeName } from '../../src/formats/types/llama-cpp.js';
import type { LlamaCppRow } from '../../src/formats/types/tensor-type.js';
import { roundedFor } from '../../src/inference/activation-quantization.js';
import { CACHE_TYPES } from '../../src/memory/cells.js';
import { WRITABLE_FILE_TYPES } from '../../src/memory/file-type-sizes.js';
import { MIXES } from '../../src/memory/quantizer/mixes.js';
import { typeColor } from '../../src/render/html/colors.js';

const CURRENT = TENSOR_TYPES.filter(({ status }) => status === 'current');

function namesOf(types: readonly TensorType[]): string {
  return types
    .map(({ name }) => name)
    .sort()
    .join(' ');
}

function sorted(names: string): string {
  return names.split(' ').sort().join(' ');
}

// ── What the compiler requires ───────────────────────────────────────────────────────────────────

/** The facets that a row can leave out: they describe blocks and ids that few types have. */
type LeftOut = {
  [Facet in keyof LlamaCppRow]-?: Omit<LlamaCppRow, Facet> extends LlamaCppRow ? Facet : never;
}[keyof LlamaCppRow];
const LEFT_OUT: Record<LeftOut, true> = { otherIds: true, rowBytes: true, tailBytes: true, interleavedRows: true };

const MADE_UP: LlamaCppRow = {
  id: 999,
  says: 'A made-up type.',
  family: 'k-quant',
  blockElements: 256,
  blockBytes: 2 + 256,
  kernel: 'typescript',
  activations: 'Q8_K',
  fallback: 'Q8_0',
  needsImatrix: false,
  cache: false,
  fileTypes: { Q9_K: { id: 999 } },
};

describe('a made-up type Q9_K', () => {
  it('does not compile without a facet, a block format or a mix', () => {
    const { cache, ...withoutCache } = MADE_UP;
    // @ts-expect-error: the row has no facet about caches.
    const row: LlamaCppRow = withoutCache;
    // @ts-expect-error: no file of a block format has it.
    const formats: Readonly<Record<ReadableTypeName | 'Q9_K', BlockFormat>> = BLOCK_FORMATS;
    // @ts-expect-error: the quantizer's mixes do not have it.
    const mixes: Readonly<Record<WrittenFileType | 'Q9_K', unknown>> = MIXES;
    expect([row.cache, cache, 'Q9_K' in formats, 'Q9_K' in mixes]).toEqual([undefined, false, false, false]);
  });
});

// ── The rows ─────────────────────────────────────────────────────────────────────────────────────

describe('the rows', () => {
  it.each(CURRENT)('$name gives every facet, or null', (type) => {
    const facets = Object.keys(MADE_UP).filter((facet) => !Object.hasOwn(LEFT_OUT, facet));
    for (const facet of facets) expect(LLAMA_CPP[type.name as ReadableTypeName], facet).toHaveProperty(facet);
  });

  it('name fallbacks whose blocks are smaller and divide their own blocks', () => {
    for (const { name, fallback, blockElements } of CURRENT.filter((type) => type.fallback !== null)) {
      const other = tensorTypeByName(fallback as string);
      expect(other?.status, name).toBe('current');
      expect(blockElements % (other as TensorType).blockElements, name).toBe(0);
      expect(blockElements, name).toBeGreaterThan((other as TensorType).blockElements);
    }
    expect(tensorTypeByName(LAST_FALLBACK).blockElements).toBe(1);
  });

  it('of forks and of removed types are not used by llama.cpp', () => {
    for (const type of TENSOR_TYPES.filter(({ status }) => status !== 'current')) {
      const { kernel, activations, fallback, needsImatrix, cache } = type;
      expect([kernel, activations, fallback, needsImatrix, cache], type.name).toEqual([null, null, null, false, false]);
    }
  });
});

/** Lists of ggml and llama.cpp, copied literally. */
describe('the facts of llama.cpp', () => {
  it('vec_dot_type of ggml-cpu', () => {
    const by = (activations: string) => namesOf(TENSOR_TYPES.filter((type) => type.activations === activations));
    expect([by('F32'), by('F16'), by('BF16'), by('Q8_1')]).toEqual(['F32', 'F16', 'BF16', 'Q4_1 Q5_1']);
    expect(by('Q8_0')).toBe(sorted('Q1_0 Q2_0 Q4_0 Q5_0 Q8_0 MXFP4 NVFP4 IQ4_NL'));
    expect(by('Q8_K')).toBe(
      sorted('Q2_K Q3_K Q4_K Q5_K Q6_K IQ2_XXS IQ2_XS IQ3_XXS IQ3_S IQ2_S IQ1_S IQ1_M IQ4_XS TQ1_0 TQ2_0'),
    );
  });

  it('kv_cache_types of its options', () => {
    const cached = namesOf(TENSOR_TYPES.filter(({ cache }) => cache));
    expect(cached).toBe(sorted('F32 F16 BF16 Q8_0 Q4_0 Q4_1 IQ4_NL Q5_0 Q5_1'));
  });

  it('tensor_type_fallback and tensor_requires_imatrix of the quantizer', () => {
    const by = (fallback: string) => namesOf(TENSOR_TYPES.filter((type) => type.fallback === fallback));
    expect(by('IQ4_NL')).toBe(sorted('IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ3_XXS IQ3_S IQ4_XS'));
    expect(by('Q4_0')).toBe(sorted('Q2_0 Q2_K Q3_K TQ1_0 TQ2_0'));
    expect([by('Q5_0'), by('Q5_1'), by('Q8_0')]).toEqual(['Q4_K', 'Q5_K', 'Q6_K']);
    const wanting = namesOf(TENSOR_TYPES.filter(({ needsImatrix }) => needsImatrix));
    expect(wanting).toBe(sorted('IQ3_XXS IQ2_XXS IQ2_XS IQ2_S IQ1_M IQ1_S'));
  });
});

// ── All code that works with types ───────────────────────────────────────────────────────────────

describe.each(TENSOR_TYPES)('$name', (type) => {
  const format = (BLOCK_FORMATS as Readonly<Record<string, BlockFormat>>)[type.name];
  const block = new Uint8Array(type.blockBytes).fill(1);

  it('can be read and explained where it has a kernel, and only there', () => {
    const explained = explainBlock(type, block, true);
    const readable = type.kernel !== null;
    expect(format !== undefined).toBe(readable);
    expect(dequantizer(type, true) !== undefined).toBe(readable);
    expect(exactValues(type, block, true)?.length).toBe(readable ? type.blockElements : undefined);
    expect(explained?.values.length).toBe(readable ? type.blockElements : undefined);
    if (format === undefined) return;
    expect(format.fields.reduce((sum, { unit, count }) => sum + count * UNIT_BYTES[unit], 0)).toBe(type.blockBytes);
    expect(explained?.formula === null).toBe(type.blockElements === 1);
    expect(scaleCounter(type, true) !== undefined).toBe(type.blockElements > 1);
  });

  it('rounds vectors to the type in its row', () => {
    const values = Float32Array.from({ length: 256 }, (_, i) => Math.fround(Math.sin(i) / 3));
    const vectors = { count: 1, length: 256, values };
    const rounded = roundedFor(type, vectors).values;
    const expected = { F32: 0, F16: 2 ** -13, BF16: 2 ** -10, Q8_0: 1 / 700, Q8_1: 1 / 700, Q8_K: 1 / 700 };
    const most = Math.max(...values.map((value, i) => Math.abs(value - (rounded[i] as number))));
    const bound = type.activations === null ? 0 : expected[type.activations];
    expect(most).toBeLessThanOrEqual(bound);
    expect(most > 0).toBe(bound > 0);
  });

  it('has a color, and the labels of its row', () => {
    expect(typeColor({ family: type.family, bitsPerWeight: 4 })).toBeDefined();
    for (const [name, { id, aliases = [] }] of Object.entries(type.fileTypes ?? {})) {
      const label = FILE_TYPES.find((one) => one.name === name);
      expect(label).toMatchObject({ id, main: type.name });
      expect(FILE_TYPES).toContain(fileTypeById(id, new Set([type.name])).fileType);
      for (const alias of aliases) expect(fileTypeByName(alias)).toBe(label);
    }
  });

  it('is a type of the cache where its row says so', () => {
    expect((CACHE_TYPES as readonly string[]).includes(type.name.toLowerCase())).toBe(type.cache);
  });
});

describe('other lists', () => {
  it('WebAssembly has a kernel for the types whose rows say so', () => {
    const source = readFileSync(new URL('../../src/formats/simd/kernels.ts', import.meta.url), 'utf8');
    const exported = [...source.matchAll(/export \{([^}]+)\}/g)].flatMap(([, names = '']) =>
      names.trim().split(/,\s*/),
    );
    const kernels = exported.filter((name) => tensorTypeByName(name) !== undefined);
    const types = TENSOR_TYPES.filter(({ kernel }) => kernel === 'webassembly');
    expect(kernels.sort()).toEqual(types.map(({ name }) => name.toLowerCase()).sort());
  });

  it('the quantizer has a mix for the file types that it writes', () => {
    expect(Object.keys(MIXES).sort()).toEqual([...WRITABLE_FILE_TYPES].sort());
  });
});
