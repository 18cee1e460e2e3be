/** Writes the description of a model to a file and computes with it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharesOf } from '../../src/inference/attention-weights.js';
import { tracedModel } from '../../src/inference/computed-model.js';
import { PromptRun } from '../../src/inference/forward-pass.js';
import { plainProducts } from '../../src/inference/matmul.js';
import { openBlocks } from '../../src/io/block-source.js';
import { readHeader } from '../../src/open/read-header.js';
import { type Description, writeGguf } from '../support/gguf-writer.js';

export interface Computed {
  logits: Float32Array;
  /** Shares of attention by layer, head, query and key. */
  shares: number[][][][];
}

/** Calls `work` with the path of a file of this content, and removes the file. */
export async function withFile<T>(description: Description, work: (path: string) => Promise<T> | T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'trace-'));
  try {
    const path = join(folder, 'model.gguf');
    writeFileSync(path, writeGguf(description));
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Computes all layers in plain TypeScript. Rejects with TraceError. */
export function computed(description: Description, ids: readonly number[]): Promise<Computed> {
  return withFile(description, async (path) => {
    const file = await readHeader({ kind: 'file', name: path, path });
    const source = openBlocks(path);
    try {
      const model = tracedModel(file);
      const run = await PromptRun.begin(model, ids, { source, products: plainProducts(source) });
      const shares: number[][][][] = [];
      for (let layer = 0; layer < model.numbers.layers; layer++) {
        const plan = model.planner.layer(layer);
        await run.layer(plan, {
          attention(state) {
            const heads = Array.from({ length: state.plan.heads.count }, (_, head) => head);
            shares.push(heads.map((head) => ids.map((_, token) => [...sharesOf(state, head, token)])));
          },
        });
      }
      return { logits: await run.logits(), shares };
    } finally {
      await source.close();
    }
  });
}
