/** The tables of tensor types, file types and metadata keys: compared with the facts about ggml and with each other, and their sizes. */

import { describe, expect, it } from 'vitest';
import { FILE_TYPES, fileTypeById } from '../../src/formats/file-types.js';
import {
  bitsPerWeight,
  rowBytes,
  TENSOR_TYPES,
  type TensorType,
  tensorBytes,
  tensorTypeById,
  tensorTypeByName,
  tensorTypesById,
} from '../../src/formats/tensor-types.js';
import { METADATA_KEY_WORDS } from '../../src/words/metadata-key-words.js';
import { factsIn } from '../support/reference.js';

interface TypeFacts {
  types: { id: number; name: string; block_size: number; type_size: number }[];
  removed: { id: number; name: string; block_size?: number; type_size?: number }[];
  file_types: { id: number; name: string }[];
}

function type(name: string): TensorType {
  const found = tensorTypeByName(name);
  if (found === undefined) throw new Error(`no tensor type ${name}`);
  return found;
}

function repeated<T>(items: readonly T[]): T[] {
  return items.filter((item, i) => items.indexOf(item) !== i);
}

describe('tensor types', () => {
  it('are the current types of ggml, with their blocks', () => {
    const ours = TENSOR_TYPES.filter(({ status }) => status === 'current');
    const { types } = factsIn<TypeFacts>('ggml-types.json');
    const expected = types.map((row) => {
      // gguf-py, the source of the facts, still has the size that Q8_1 had with 32-bit scales.
      const blockBytes = row.name === 'Q8_1' ? 36 : row.type_size;
      return { id: row.id, name: row.name, blockElements: row.block_size, blockBytes };
    });
    expect(ours.map(({ id, name, blockElements, blockBytes }) => ({ id, name, blockElements, blockBytes }))).toEqual(
      expected,
    );
  });

  it('are the removed types of ggml', () => {
    const ours = TENSOR_TYPES.filter(({ status }) => status === 'removed');
    const { removed } = factsIn<TypeFacts>('ggml-types.json');
    expect(ours.map(({ id, name }) => ({ id, name }))).toEqual(removed.map(({ id, name }) => ({ id, name })));
    for (const { name, block_size, type_size } of removed) {
      if (type_size !== undefined)
        expect(type(name)).toMatchObject({ blockElements: block_size, blockBytes: type_size });
    }
  });

  it('have unique names, and unique ids within upstream and within each fork', () => {
    expect(repeated(TENSOR_TYPES.map(({ name }) => name))).toEqual([]);
    expect(repeated(TENSOR_TYPES.map(({ id, fork = 'llama.cpp' }) => `${fork} ${id}`))).toEqual([]);
  });

  it('have positive whole block sizes, and say which fork they belong to', () => {
    for (const row of TENSOR_TYPES) {
      expect(row.blockElements, row.name).toBeGreaterThan(0);
      expect(Number.isInteger(row.blockBytes) && row.blockBytes >= 0, row.name).toBe(true);
      expect(row.fork !== undefined, row.name).toBe(row.status === 'fork');
      expect(row.name).toBe(row.name.toUpperCase());
    }
    expect(TENSOR_TYPES.filter(({ blockBytes }) => blockBytes === 0).map(({ name }) => name)).toEqual(['TL2']);
  });

  it('are found by id, upstream first', () => {
    expect(tensorTypeById(12)?.name).toBe('Q4_K');
    expect(tensorTypeById(144)?.name).toBe('IQ4_KS');
    expect(tensorTypeById(5000)).toBeUndefined();
    const names = (id: number) => tensorTypesById(id).map(({ name }) => name);
    expect(names(5000)).toEqual([]);
    expect(names(36)).toEqual(['IQ4_NL_4_4', 'I2_S']);
    expect(names(37)).toEqual(['IQ4_NL_4_8', 'I8_S']);
    expect(names(38)).toEqual(['IQ4_NL_8_8', 'TL1']);
    expect(names(39)).toEqual(['MXFP4', 'TL2']);
    expect(names(41)).toEqual(['Q1_0', 'Q1_0_G128']);
    expect(names(42)).toEqual(['Q2_0', 'PQ2_0', 'TURBO2_0']);
    expect(names(46)).toEqual(['TQ3_1S', 'TQ4_1S']);
    expect(names(142)).toEqual(['PQ2_0', 'IQ2_TN']);
  });

  it('are found by name in any case', () => {
    expect(tensorTypeByName('iq2_xxs')?.id).toBe(16);
    expect(tensorTypeByName('q8_KV')?.id).toBe(151);
    expect(tensorTypeByName('Q4')).toBeUndefined();
  });
});

describe('the size of a row', () => {
  it.each([
    ['F32', 7, 28],
    ['Q4_0', 4096, 2304],
    ['Q4_K', 4096, 2304],
    ['Q6_K', 4096, 3360],
    ['Q8_1', 32, 36],
    ['MXFP4', 32, 17],
    ['NVFP4', 64, 36],
    ['Q1_0', 128, 18],
    ['Q2_0', 64, 18],
    ['TQ1_0', 256, 54],
    ['PQ2_0', 128, 34],
  ])('%s: %i numbers take %i bytes', (name, elements, bytes) => {
    expect(rowBytes(type(name), elements)).toBe(bytes);
  });

  // Each row of these types begins with its scale; without it, every size and offset in such a file would be wrong.
  it.each([
    ['IQ4_KS', 4, 136],
    ['IQ4_KS_R4', 4, 136],
    ['IQ4_KSS', 4, 128],
    ['IQ5_KS', 4, 168],
    ['IQ2_KS', 2, 70],
    ['IQ3_KS', 2, 102],
    ['IQ2_KL', 2, 86],
    ['IQ1_KT', 4, 56],
    ['IQ2_KT', 4, 68],
    ['IQ3_KT', 4, 100],
    ['IQ4_KT', 4, 128],
    ['IQ2_BN', 4, 64],
    ['IQ1_BN', 2, 52],
    ['IQ1_S_R4', 2, 48],
    ['IQ1_M_R4', 2, 56],
    ['IQ4_K', 0, 144],
  ])('%s: %i bytes before the blocks, %i for each 256 numbers', (name, before, each256) => {
    expect(rowBytes(type(name), 4096)).toBe(before + 16 * each256);
  });

  it('rounds up to whole blocks', () => {
    expect(rowBytes(type('Q4_0'), 33)).toBe(36);
    expect(rowBytes(type('Q4_K'), 1)).toBe(144);
    expect(rowBytes(type('IQ4_KS'), 257)).toBe(4 + 2 * 136);
    expect(rowBytes(type('IQ4_KS'), 0)).toBe(0);
  });

  it('belongs to the row’s type where rows are interleaved', () => {
    expect(rowBytes(type('Q4_0_R8'), 4096)).toBe(rowBytes(type('Q4_0'), 4096));
    expect(type('Q4_0_R8').interleavedRows).toBe(8);
  });
});

describe('the size of a tensor', () => {
  it('is the size of a row times the number of rows', () => {
    expect(tensorBytes(type('Q4_K'), [4096, 14336])).toBe(2304 * 14336);
    expect(tensorBytes(type('MXFP4'), [2880, 5760, 32])).toBe((2880 / 32) * 17 * 5760 * 32);
    expect(tensorBytes(type('IQ4_KS'), [4096, 128])).toBe((4 + 16 * 136) * 128);
  });

  it('is one number where there are no dimensions, and zero where one dimension is zero', () => {
    expect(tensorBytes(type('F16'), [])).toBe(2);
    expect(tensorBytes(type('F16'), [1])).toBe(2);
    expect(tensorBytes(type('F16'), [0])).toBe(0);
    expect(tensorBytes(type('IQ4_KS'), [256, 0, 3])).toBe(0);
    expect(tensorBytes(type('I2_S'), [0, 4])).toBe(0);
    expect(tensorBytes(type('F32'), [2 ** 52, 2 ** 52, 0])).toBe(0);
  });

  it('includes the scale after a tensor of bitnet.cpp', () => {
    expect(tensorBytes(type('I2_S'), [2560, 6912])).toBe((2560 * 6912) / 4 + 32);
  });

  it('is zero for a type that is known only by name', () => {
    expect(tensorBytes(type('TL2'), [256, 256])).toBe(0);
  });

  it('throws where it is not a safe integer', () => {
    expect(() => tensorBytes(type('F32'), [2 ** 30, 2 ** 30])).toThrow(RangeError);
    expect(() => tensorBytes(type('F32'), [1, 2 ** 40, 2 ** 40])).toThrow(RangeError);
    expect(() => rowBytes(type('F64'), Number.MAX_SAFE_INTEGER)).toThrow(RangeError);
    expect(tensorBytes(type('I8'), [Number.MAX_SAFE_INTEGER])).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('stays exact for the largest rows', () => {
    const elements = Number.MAX_SAFE_INTEGER;
    expect(rowBytes(type('Q1_0'), elements)).toBe(Number(((BigInt(elements) + 127n) / 128n) * 18n));
  });
});

describe('bits per weight', () => {
  it.each([
    ['F16', 16],
    ['Q4_K', 4.5],
    ['Q6_K', 6.5625],
    ['IQ1_S', 1.5625],
    ['MXFP4', 4.25],
    ['NVFP4', 4.5],
    ['TQ1_0', 1.6875],
  ])('%s: %d', (name, bits) => {
    expect(bitsPerWeight(type(name))).toBe(bits);
  });
});

describe('file types', () => {
  it('are those of llama.cpp', () => {
    const expected = factsIn<TypeFacts>('ggml-types.json')
      .file_types.filter(({ name }) => name !== 'GUESSED')
      .map(({ id, name }) => ({ id, name: name.replace(/^(ALL|MOSTLY)_/, '') }));
    const ours = FILE_TYPES.filter(({ status }) => status === 'current');
    expect(ours.map(({ id, name }) => ({ id, name }))).toEqual(expected);
  });

  it('have unique names, unique ids within upstream and within each fork, and an existing tensor type', () => {
    expect(repeated(FILE_TYPES.map(({ name }) => name))).toEqual([]);
    expect(repeated(FILE_TYPES.map(({ id, fork = 'llama.cpp' }) => `${fork} ${id}`))).toEqual([]);
    expect(FILE_TYPES.filter(({ main }) => tensorTypeByName(main) === undefined)).toEqual([]);
  });

  it('are found by id, upstream first, with and without the bit for a guess', () => {
    expect(fileTypeById(15)).toEqual({
      fileType: { id: 15, name: 'Q4_K_M', main: 'Q4_K', status: 'current', written: true, aliases: ['Q4_K'] },
      guessed: false,
    });
    expect(fileTypeById(1024 + 15)).toMatchObject({ fileType: { name: 'Q4_K_M' }, guessed: true });
    expect(fileTypeById(1024)).toMatchObject({ fileType: { name: 'F32' }, guessed: true });
    expect(fileTypeById(4)).toMatchObject({ fileType: { name: 'Q4_1_SOME_F16', status: 'removed' } });
    expect(fileTypeById(35)).toMatchObject({ fileType: { name: 'Q4_0_8_8', status: 'removed' } });
    expect(fileTypeById(38)).toMatchObject({ fileType: { name: 'MXFP4_MOE', main: 'MXFP4' } });
    expect(fileTypeById(145)).toMatchObject({ fileType: { name: 'IQ4_KS', fork: 'ik_llama.cpp' } });
    expect(fileTypeById(999)).toEqual({ fileType: undefined, guessed: false });
    expect(fileTypeById(2048)).toEqual({ fileType: undefined, guessed: false });
  });
});

describe('the descriptions of metadata keys', () => {
  it('exist for each metadata key that llama.cpp writes', () => {
    const { keys } = factsIn<{ keys: string[] }>('metadata-keys.json');
    const { metadataKeys } = factsIn<{ metadataKeys: string[] }>('new-in-v0.5.json');
    expect([...keys, ...metadataKeys].filter((key) => !METADATA_KEY_WORDS[key])).toEqual([]);
  });

  it('are one short line', () => {
    for (const [key, words] of Object.entries(METADATA_KEY_WORDS)) {
      expect(words, key).toMatch(/^\S.{5,98}\S$/);
      expect(words.endsWith('.'), key).toBe(false);
    }
  });
});
