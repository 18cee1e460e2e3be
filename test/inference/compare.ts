/**
 * Compares the computation with llama.cpp's numbers, model by model, and prints how far they are apart:
 * `npx tsx test/inference/compare.ts FOLDER [NAME …]`, where FOLDER has models/*.gguf and golden/NAME-1.json (or both side by side).
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ExplainedError } from '../../src/explained-error.js';
import { sharesOf } from '../../src/inference/attention-weights.js';
import { tracedModel } from '../../src/inference/computed-model.js';
import { PromptRun } from '../../src/inference/forward-pass.js';
import { plainProducts } from '../../src/inference/matmul.js';
import { mostLikely } from '../../src/inference/next-tokens.js';
import { vectorAt } from '../../src/inference/vectors.js';
import { openBlocks } from '../../src/io/block-source.js';
import { readHeader } from '../../src/open/read-header.js';

interface Golden {
  tokens: { id: number }[];
  attention: { layer: number; heads: number[][][] }[];
  top: { id: number; logit: number }[];
  outputs?: { layer: number; norm: number; first: number[] }[];
  experts?: { layer: number; chosen?: number[]; experts?: number[] }[];
}

/** Where llama.cpp has the entries that stand for several tokens: behind so many cells for tokens. */
const ENTRIES_AT = 256;

const say = (line: string) => process.stdout.write(`${line}\n`);

const [folder = '.', ...names] = process.argv.slice(2);
const part = (name: string) => (existsSync(join(folder, name)) ? join(folder, name) : folder);
const golden = readdirSync(part('golden')).filter((name) => name.endsWith('.json'));
let equal = 0;
for (const name of golden) {
  const model = basename(name, '.json').replace(/-\d+$/, '');
  if (names.length > 0 && !names.some((one) => model.startsWith(one))) continue;
  const wanted = JSON.parse(readFileSync(join(part('golden'), name), 'utf8')) as Golden;
  try {
    const { share, logit, outputs } = await compare(join(part('models'), `${model}.gguf`), wanted);
    // The numbers are written with six digits.
    const most = Math.abs(wanted.top[0]?.logit ?? 0);
    const good = share < 2e-5 && logit < Math.max(2e-4, 1e-5 * most);
    if (good) equal += 1;
    say(
      `${good ? 'equal' : 'APART'} ${model}: attention ${share.toExponential(1)}, logits ${logit.toExponential(1)}${good ? '' : `; layer outputs ${outputs}`}`,
    );
  } catch (error) {
    say(`FAILS ${model}: ${error instanceof ExplainedError ? error.message : (error as Error).stack}`);
  }
}
say(`${equal} equal`);

async function compare(path: string, wanted: Golden) {
  const file = await readHeader({ kind: 'file', name: path, path });
  const source = openBlocks(path);
  try {
    const model = tracedModel(file);
    const ids = wanted.tokens.map(({ id }) => id);
    const run = await PromptRun.begin(model, ids, { source, products: plainProducts(source) });
    const shares = new Map<number, number[][][]>();
    const entriesAt = new Map<number, number>();
    const outputs: string[] = [];
    for (let layer = 0; layer < model.numbers.layers; layer++) {
      const effect = await run.layer(model.planner.layer(layer), {
        attention(state) {
          entriesAt.set(state.plan.layer, state.entries === undefined ? 0 : ENTRIES_AT - ids.length);
          const heads = Array.from({ length: state.plan.heads.count }, (_, head) => head);
          shares.set(
            state.plan.layer,
            heads.map((head) => ids.map((_, token) => [...sharesOf(state, head, token)])),
          );
        },
      });
      const out = wanted.outputs?.find((one) => one.layer === layer);
      const first = [...vectorAt(run.residual, ids.length - 1).subarray(0, 4)]
        .map((one) => one.toPrecision(5))
        .join(' ');
      outputs.push(`\n   ${layer}: ${effect.after.toPrecision(6)} [${first}] wanted ${JSON.stringify(out)}`);
    }
    if (run.router !== null) {
      const { router } = run;
      shares.set(router.plan.layer, [ids.map((_, token) => [...sharesOf(router, 0, token)])]);
    }
    const next = mostLikely(await run.logits(), 10);
    const share = largest(
      wanted.attention.flatMap(({ layer, heads }) =>
        heads.flatMap((rows, head) =>
          rows.flatMap((row, query) =>
            row.map((one, key) => {
              const behind = entriesAt.get(layer) ?? 0;
              // Between the tokens and the entries nothing is looked at.
              if (behind > 0 && key >= ids.length && key < ENTRIES_AT) return one;
              const place = key < ENTRIES_AT ? key : key - behind;
              return Math.abs(one - (shares.get(layer)?.[head]?.[query]?.[place] ?? Number.NaN));
            }),
          ),
        ),
      ),
    );
    const logit = largest(
      wanted.top.map(({ id, logit: score }, i) =>
        next[i]?.id === id || Math.abs(score - (next[i]?.logit ?? 0)) < 1e-3
          ? Math.abs(score - (next[i]?.logit ?? Number.NaN))
          : Number.NaN,
      ),
    );
    return { share, logit, outputs };
  } finally {
    await source.close();
  }
}

/** NaN where one of them is. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isNaN(most) || value <= most ? most : value), 0);
}
