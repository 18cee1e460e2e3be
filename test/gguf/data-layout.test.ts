/** The position and the size of each tensor's data, computed only from the tensor infos. */

import { describe, expect, it } from 'vitest';
import type { GgufFile } from '../../src/gguf/decode.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { type TensorItem, tensor, writeGguf } from '../support/gguf-writer.js';
import { codesOf, formatFindings, read } from '../support/reading.js';

const fixture = (name: string): GgufFile => read(FIXTURES.find((candidate) => candidate.name === name)!.bytes);
const withTensors = (...tensors: TensorItem[]): GgufFile => read(writeGguf({ tensors }));

/** `name type bytes @offset`, one line for each tensor. */
function table({ tensors }: GgufFile): string[] {
  return tensors.map(({ name, type, typeId, bytes, bytesAre, dataOffset }) => {
    const size = { exact: `${bytes}`, bounded: `≤ ${bytes}`, unknown: '?' }[bytesAre];
    return `${name} ${type?.name ?? `id ${typeId}`} ${size} @${dataOffset}`;
  });
}

describe('sizes', () => {
  it('are whole blocks, rows padded up', () => {
    const file = withTensors(
      tensor('a', [256, 3], 'Q4_K'),
      tensor('b', [100, 3], 'Q4_K'),
      tensor('c', [33, 2], 'Q8_0'),
      tensor('d', [5, 2, 2], 'F16'),
      tensor('e', [], 'F64'),
    );
    expect(table(file)).toEqual([
      'a Q4_K 432 @0',
      'b Q4_K 432 @448',
      'c Q8_0 136 @896',
      'd F16 40 @1056',
      'e F64 8 @1120',
    ]);
    expect(formatFindings(file).map(({ place }) => place.tensor)).toEqual(['b', 'c']);
  });

  it('are 0 with a dimension of 0, and take no room', () => {
    expect(table(fixture('dimension-of-zero'))).toEqual([
      'token_embd.weight F32 0 @0',
      'blk.0.attn_norm.weight F32 0 @0',
      'output_norm.weight F32 16 @0',
      'output.weight Q8_0 0 @32',
    ]);
  });

  it('include scales before rows and after tensors where a fork writes them', () => {
    const file = fixture('fork-tensor-type--iq4-ks');
    expect(table(file)[0]).toBe(`blk.0.ffn_up.weight IQ4_KS ${8 * (4 + 2 * 136)} @0`);
    expect(table(fixture('fork-tensor-type--bitnet'))[0]).toBe(`blk.0.ffn_up.weight I2_S ${(512 * 8) / 4 + 32} @0`);
  });
});

describe('an unknown type', () => {
  it('is bounded by the next tensor, or by the end of the file', () => {
    expect(table(fixture('unknown-tensor-type--several'))).toEqual([
      'token_embd.weight id 4294967295 ≤ 64 @0',
      'output.weight id 777 ≤ 96 @64',
      'output_norm.weight id 777 ≤ 64 @160',
    ]);
  });

  it('is bounded by the next tensor where the file holds only the header', () => {
    expect(table(fixture('data-absent--unknown-types'))).toEqual([
      'token_embd.weight id 999 ≤ 64 @0',
      'output_norm.weight id 999 ? @64',
    ]);
  });

  it('is reported once, however many tensors have it', () => {
    expect(formatFindings(fixture('unknown-tensor-type--several')).map(({ facts }) => facts)).toEqual([
      { typeId: 4_294_967_295, count: 1, use: 'which no known version of ggml uses' },
      { typeId: 777, count: 2, use: 'which no known version of ggml uses' },
    ]);
  });
});

describe('an id that two formats use', () => {
  const typesOf = (name: string) => fixture(name).tensors.map(({ type }) => type?.name);

  it.each([
    ['fork-tensor-type--prism', ['PQ2_0', 'PTQ1_0']],
    ['fork-tensor-type--prism-id-42', ['PQ2_0']],
    ['fork-tensor-type--ik-llama-withdrawn', ['IQ2_TN', 'IQ1_TN']],
    ['fork-tensor-type--bitnet', ['I2_S', 'I8_S', 'TL1']],
    ['fork-tensor-type--turboquant', ['TQ4_1S']],
    ['removed-tensor-type--repacked', ['Q4_0_4_4', 'Q4_0_4_8', 'Q4_0_8_8', 'IQ4_NL_4_4', 'IQ4_NL_4_8', 'IQ4_NL_8_8']],
    ['data-absent--fork-type', ['PQ2_0', 'F32']],
    ['fork-tensor-type--ollama', ['OLLAMA_MXFP4', 'OLLAMA_MXFP4', 'F32']],
    ['unknown-tensor-type--reused', [undefined, 'F32']],
  ])('is the one that fits into the room: %s', (name, types) => {
    expect(typesOf(name)).toEqual(types);
  });

  it('means the type of llama.cpp where the rows of the other one would not be whole blocks', () => {
    expect(typesOf('surplus-bytes--as-a-fork-would-need')).toEqual(['Q2_0']);
  });

  it('means the type of llama.cpp where the room does not decide', () => {
    const file = withTensors({ ...tensor('a', [64, 2], 42), data: 'absent' });
    expect(file.tensors[0]!.type?.name).toBe('Q2_0');
  });
});

describe('places', () => {
  it('have one finding that counts the tensors that are not where they should be', () => {
    expect(formatFindings(fixture('offset-unexpected--swapped'))).toMatchObject([
      { code: 'offset-unexpected', facts: { found: 32, expected: 0, count: 2 } },
    ]);
    expect(formatFindings(fixture('offset-unexpected--gap'))).toMatchObject([
      { facts: { found: 96, expected: 64, count: 1 } },
    ]);
  });

  it('name both tensors that overlap', () => {
    const overlap = formatFindings(fixture('tensors-overlap--half')).find(({ code }) => code === 'tensors-overlap')!;
    expect(overlap.place.tensor).toBe('blk.0.attn_norm.weight');
    expect(overlap.facts).toEqual({ other: 'token_embd.weight' });
  });

  it('follow the alignment of the file', () => {
    expect(
      ['alignment-1', 'alignment-8', 'alignment-64', 'alignment-4096'].map(
        (name) => fixture(name).tensors[2]!.dataOffset,
      ),
    ).toEqual([148, 152, 192, 8192]);
  });
});

describe('the end of the file', () => {
  it.each([
    ['data-absent--ends-at-header', 'data-absent', 3],
    ['data-absent--ends-at-data-start', 'data-absent', 3],
    ['data-absent--unknown-types', 'data-absent', 2],
    ['data-truncated--first-byte', 'data-truncated', 3],
    ['data-truncated--last-tensor', 'data-truncated', 1],
    ['data-truncated--one-byte-missing', 'data-truncated', 1],
  ])('%s: %s, %i tensors', (name, code, count) => {
    expect(formatFindings(fixture(name)).find((finding) => finding.code === code)?.facts).toMatchObject({ count });
  });

  it('reports how many bytes are missing or left over', () => {
    expect(formatFindings(fixture('data-truncated--one-byte-missing'))[0]!.facts).toMatchObject({ missing: 1 });
    const file = fixture('surplus-bytes--many');
    expect(formatFindings(file)[0]).toMatchObject({
      code: 'surplus-bytes',
      place: { offset: file.size! - 1000 },
      facts: { surplus: 1000 },
    });
  });

  it('may lack the padding of the last tensor, which some readers require', () => {
    expect(codesOf(fixture('no-padding-at-the-end'))).toEqual(['end-padding-missing']);
  });
});
