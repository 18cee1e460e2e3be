/** Computes a model layer by layer, and measures how far the results are from those of llama.cpp for the same ids. */

import { readFileSync } from 'node:fs';
import { sharesOf } from '../../src/inference/attention-weights.js';
import { tracedModel } from '../../src/inference/computed-model.js';
import { PromptRun } from '../../src/inference/forward-pass.js';
import { plainProducts } from '../../src/inference/matmul.js';
import { mostLikely } from '../../src/inference/next-tokens.js';
import { normOf, vectorAt } from '../../src/inference/vectors.js';
import { openBlocks } from '../../src/io/block-source.js';
import { readHeader } from '../../src/open/read-header.js';

/** The contents of a file of golden data (../shared/computed/README.md). */
export interface Golden {
  tokens: { id: number }[];
  attention: { layer: number; pass?: string; heads: number[][][] }[];
  top: { id: number; logit: number }[];
  /** The first eight numbers of each token's vector, for models that make no predictions. */
  embeddings?: number[][];
  outputs?: { layer: number; pass?: string; norm: number; first: number[] }[];
  experts?: { layer: number; chosen: number[] }[];
}

/** Largest differences; NaN where something is missing. */
export interface Apart {
  share: number;
  /** Difference of the ten best scores, or of the vectors. */
  result: number;
  /** Difference of the numbers and lengths of layers' outputs, relative to their length. */
  output: number;
  /** Layers that chose other experts. */
  experts: number[];
  /** A line for each layer: its output, and that of llama.cpp. */
  layers: string[];
}

/** The position where llama.cpp places the entries that summarize several tokens: after this many cells for tokens. */
const ENTRIES_AT = 256;

/** Computes all layers in plain TypeScript. Rejects with TraceError. */
export async function compareModel(path: string, wanted: Golden): Promise<Apart> {
  const file = await readHeader({ kind: 'file', name: path, path });
  const source = openBlocks(path);
  try {
    const model = tracedModel(file);
    const ids = wanted.tokens.map(({ id }) => id);
    const run = await PromptRun.begin(model, ids, { source, products: plainProducts(source) });
    const shares = new Map<string, number[][][]>();
    const chosen = new Map<number, number[]>();
    const [layers, outputs]: [string[], number[]] = [[], []];
    for (const pass of model.passes) {
      await run.enter(pass);
      for (let layer = 0; layer < pass.planner.numbers.layers; layer++) {
        await run.layer(pass.planner.layer(layer), {
          attention(state) {
            // The gap between the tokens and the entries is not attended to.
            const gap = state.entries === undefined ? [] : new Array<number>(ENTRIES_AT - ids.length).fill(0);
            const heads = Array.from({ length: state.plan.heads.count }, (_, head) => head);
            const tokens = Array.from({ length: state.query.count }, (_, token) => token);
            shares.set(
              `${state.plan.crosses ? 'cross' : pass.name} ${layer}`,
              heads.map((head) =>
                tokens.map((token) => {
                  const own = [...sharesOf(state, head, token)];
                  return gap.length === 0 ? own : [...own.slice(0, ids.length), ...gap, ...own.slice(ids.length)];
                }),
              ),
            );
          },
          experts: (at, all) => chosen.set(at, all.at(-1)?.map(({ expert }) => expert) ?? []),
        });
        const own = vectorAt(run.residual, run.residual.count - 1);
        const out = wanted.outputs?.find((one) => one.layer === layer && (one.pass ?? null) === pass.name);
        if (out !== undefined) outputs.push(outputApart(own, out));
        const first = [...own.subarray(0, 4)].map((one) => one.toPrecision(5)).join(' ');
        layers.push(`${layer}: ${normOf(own).toPrecision(6)} [${first}] wanted ${JSON.stringify(out)}`);
      }
    }
    if (run.router !== null) {
      const { router } = run;
      shares.set(`null ${router.plan.layer}`, [ids.map((_, token) => [...sharesOf(router, 0, token)])]);
    }
    const share = sharesApart(wanted, shares);
    const result = await (wanted.embeddings === undefined
      ? scoresApart(run, wanted)
      : vectorsApart(run, wanted.embeddings));
    const experts = (wanted.experts ?? [])
      .filter((one) => sorted(one.chosen) !== sorted(chosen.get(one.layer) ?? []))
      .map(({ layer }) => layer);
    return { share, result, output: largest(outputs), experts, layers };
  } finally {
    await source.close();
  }
}

export function readGolden(path: string): Golden {
  return JSON.parse(readFileSync(path, 'utf8')) as Golden;
}

const sorted = (experts: readonly number[]) => [...experts].sort((a, b) => a - b).join();

function outputApart(own: Float32Array, { norm, first }: { norm: number; first: readonly number[] }): number {
  const all = [normOf(own) - norm, ...first.map((one, i) => one - (own[i] ?? Number.NaN))];
  return largest(all.map(Math.abs)) / Math.max(norm, 1);
}

function sharesApart({ attention }: Golden, shares: ReadonlyMap<string, number[][][]>): number {
  return largest(
    attention.flatMap(({ layer, pass = null, heads }) =>
      heads.flatMap((rows, head) =>
        rows.flatMap((row, query) => {
          const own = shares.get(`${pass} ${layer}`)?.[head]?.[query];
          // Rows of a causal layer end at their own token.
          return row.map((one, key) => Math.abs(one - (own === undefined ? Number.NaN : (own[key] ?? 0))));
        }),
      ),
    ),
  );
}

async function scoresApart(run: PromptRun, { top }: Golden): Promise<number> {
  const next = mostLikely(await run.logits(), 10);
  return largest(
    top.map(({ id, logit }, i) => {
      const own = next[i];
      // Tokens with nearly the same score may be in another order.
      const same = own !== undefined && (own.id === id || Math.abs(logit - own.logit) < 1e-3);
      return same ? Math.abs(logit - own.logit) : Number.NaN;
    }),
  );
}

async function vectorsApart(run: PromptRun, wanted: readonly (readonly number[])[]): Promise<number> {
  const { values, length } = await run.embeddings();
  return largest(
    wanted.flatMap((numbers, token) =>
      numbers.map((one, i) => Math.abs(one - (values[token * length + i] ?? Number.NaN))),
    ),
  );
}

/** NaN where one of them is NaN. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (Number.isNaN(most) || value <= most ? most : value), 0);
}
