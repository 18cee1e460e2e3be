/** The parts of a mixture of experts that are read from the file: the experts that a token chose, and no others. */

import { expect, it } from 'vitest';
import { tracedModel } from '../../src/inference/computed-model.js';
import { PromptRun } from '../../src/inference/forward-pass.js';
import { plainProducts } from '../../src/inference/matmul.js';
import { type BlockSource, openBlocks } from '../../src/io/block-source.js';
import { readHeader } from '../../src/open/read-header.js';
import { withFile } from './compute.js';
import { EXPERTS, tinyModel } from './tiny-model.js';

it('only the experts that a token chose are read', () =>
  withFile(tinyModel('qwen3moe'), async (path) => {
    const file = await readHeader({ kind: 'file', name: path, path });
    const source = openBlocks(path);
    const read: [from: number, to: number][] = [];
    const watched: BlockSource = {
      read(target, position) {
        read.push([position, position + target.length]);
        return source.read(target, position);
      },
      close: () => source.close(),
    };
    try {
      const model = tracedModel(file);
      const run = await PromptRun.begin(model, [3], { source: watched, products: plainProducts(watched) });
      for (let layer = 0; layer < model.numbers.layers; layer++) {
        let chosen: number[] = [];
        await run.layer(model.planner.layer(layer), {
          experts: (_, tokens) => {
            chosen = tokens.flat().map(({ expert }) => expert);
          },
        });
        for (const part of ['gate', 'up', 'down']) {
          const tensor = file.tensors.find(({ name }) => name === `blk.${layer}.ffn_${part}_exps.weight`);
          const from = tensor?.fileOffset ?? Number.NaN;
          const each = (tensor?.bytes ?? Number.NaN) / EXPERTS;
          const touched = Array.from({ length: EXPERTS }, (_, expert) =>
            read.some(([first, end]) => first < from + (expert + 1) * each && end > from + expert * each),
          );
          expect(touched).toEqual(Array.from({ length: EXPERTS }, (_, expert) => chosen.includes(expert)));
        }
      }
    } finally {
      await source.close();
    }
  }));
