/** Weights against llama.cpp's own numbers, to the byte. */

import { describe, expect, it } from 'vitest';
import { readGguf } from '../../src/index.js';
import { placedWeights } from '../../src/memory/loaded-weights.js';
import { interpret } from '../../src/model/model.js';
import { tensor, text, u32, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';
import { goldenOf, headerOf } from '../support/reference.js';

interface Golden {
  models: Record<string, Record<string, { model_bytes: number }>>;
}

const golden = goldenOf<Golden>('memory.json');
const goldenV05 = goldenOf<Golden>('memory-v0.5.json');
const modelNamed = async (name: string, folder?: string) => interpret(await readGguf(headerOf(name, folder)));

describe('the places of weights', () => {
  it('distinguish lookup tables, layers and output, and a tied output', () => {
    const metadata = [text('general.architecture', 'llama'), u32('llama.block_count', 1)];
    const names = [
      'token_embd.weight',
      'rope_freqs.weight',
      'blk.0.attn_q.weight',
      'blk.0.attn_q.bias',
      'output_norm.weight',
    ];
    const tensors = names.map((name) => tensor(name, [8, 2]));
    expect(placedWeights(interpret(read(writeGguf({ metadata, tensors }))))).toEqual({
      places: {
        input: { bytes: 64, tensors: 1 },
        layers: { bytes: 192, tensors: 3 },
        output: { bytes: 64, tensors: 1 },
      },
      tiedBytes: 64,
      mappedBytes: 320,
    });
    const own = [...tensors, tensor('output.weight', [8, 2])];
    expect(placedWeights(interpret(read(writeGguf({ metadata, tensors: own }))))).toMatchObject({
      places: { output: { bytes: 128, tensors: 2 } },
      tiedBytes: 0,
    });
  });

  it('map the same number of bytes as llama.cpp for every reference model', async () => {
    const ours: Record<string, number | null> = {};
    const theirs: Record<string, number | undefined> = {};
    for (const [name, settings] of Object.entries(golden.models)) {
      const { places, mappedBytes } = placedWeights(await modelNamed(name));
      ours[name] = mappedBytes;
      theirs[name] = settings.ctx4096?.model_bytes;
      const sum = Object.values(places).reduce((bytes, place) => bytes + place.bytes, 0);
      expect(sum, name).toBeLessThanOrEqual(mappedBytes ?? 0);
    }
    expect(ours).toEqual(theirs);
  });

  it('take the same number of bytes as v0.5.0, which maps nothing and aligns each tensor to a multiple of 32', async () => {
    const models = Object.entries(goldenV05.models);
    const ours = models.map(async ([name]) => {
      const { mappedBytes } = placedWeights(await modelNamed(name, 'headers/v0.5'));
      return [name, 32 * Math.ceil((mappedBytes ?? 0) / 32)];
    });
    expect(await Promise.all(ours)).toEqual(models.map(([name, { ctx4096 }]) => [name, ctx4096?.model_bytes]));
  });
});
