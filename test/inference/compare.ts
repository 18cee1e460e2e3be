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
  attention: { layer: number; pass?: string; heads: number[][][] }[];
  top: { id: number; logit: number }[];
  embeddings?: number[][];
  outputs?: { layer: number; pass?: string; norm: number; first: number[] }[];
  experts?: { layer: number; chosen?: number[]; experts?: number[] }[];
}

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
    const shares = new Map<string, number[][][]>();
    const outputs: string[] = [];
    for (const pass of model.passes) {
      await run.enter(pass);
      for (let layer = 0; layer < pass.planner.numbers.layers; layer++) {
        const effect = await run.layer(pass.planner.layer(layer), {
          attention(state) {
            const heads = Array.from({ length: state.plan.heads.count }, (_, head) => head);
            const tokens = Array.from({ length: state.query.count }, (_, token) => token);
            shares.set(
              `${state.plan.crosses ? 'cross' : pass.name} ${layer}`,
              heads.map((head) => tokens.map((token) => [...sharesOf(state, head, token)])),
            );
          },
        });
        const out = wanted.outputs?.find((one) => one.layer === layer && (one.pass ?? null) === pass.name);
        const first = [...vectorAt(run.residual, run.residual.count - 1).subarray(0, 4)]
          .map((one) => one.toPrecision(5))
          .join(' ');
        outputs.push(`\n   ${layer}: ${effect.after.toPrecision(6)} [${first}] wanted ${JSON.stringify(out)}`);
      }
    }
    const share = largest(
      wanted.attention.flatMap(({ layer, pass = null, heads }) =>
        heads.flatMap((rows, head) =>
          rows.flatMap((row, query) =>
            row.map((one, key) => {
              const own = shares.get(`${pass} ${layer}`)?.[head]?.[query];
              // Rows of a causal layer end at their own token.
              return Math.abs(one - (own === undefined ? Number.NaN : (own[key] ?? 0)));
            }),
          ),
        ),
      ),
    );
    const logit =
      wanted.embeddings === undefined ? await apart(run, wanted) : await vectorsApart(run, wanted.embeddings);
    return { share, logit, outputs };
  } finally {
    await source.close();
  }
}

async function apart(run: PromptRun, { top }: Golden): Promise<number> {
  const next = mostLikely(await run.logits(), 10);
  return largest(
    top.map(({ id, logit: score }, i) =>
      next[i]?.id === id || Math.abs(score - (next[i]?.logit ?? 0)) < 1e-3
        ? Math.abs(score - (next[i]?.logit ?? Number.NaN))
        : Number.NaN,
    ),
  );
}

async function vectorsApart(run: PromptRun, wanted: readonly (readonly number[])[]): Promise<number> {
  const vectors = await run.embeddings();
  return largest(
    wanted.flatMap((numbers, token) =>
      numbers.map((one, i) => Math.abs(one - (vectors.values[token * vectors.length + i] ?? Number.NaN))),
    ),
  );
}

/** NaN where one of them is. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (value <= most ? most : value), 0);
}
