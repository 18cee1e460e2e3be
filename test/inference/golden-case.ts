/** The results of llama.cpp for a prompt, and those of the built program for the same prompt. */

import { readFileSync } from 'node:fs';
import { runAll } from '../cli/batch.js';

export interface GoldenCase {
  /** Text, or `ids:1,2,3`. */
  prompt: string;
  tokens: { id: number; piece: string }[];
  attention: { layer: number; heads: number[][][] }[];
  top: { id: number; piece: string; logit: number }[];
}

export interface Deviations {
  /** Largest difference of a share of attention, and of a score of the ten most likely tokens. */
  share: number;
  logit: number;
}

export interface Compared extends Deviations {
  golden: GoldenCase;
  /** The output of `attention --json` and `flow --json`. */
  attention: GoldenCase;
  flow: { tokens: GoldenCase['tokens']; next: (GoldenCase['top'][number] & { probability: number })[] };
}

/** Computes all cases in one process. Throws where the program fails. */
export function compareCases(cases: readonly { model: string; golden: string }[]): Compared[] {
  const goldens = cases.map(({ golden }) => JSON.parse(readFileSync(golden, 'utf8')) as GoldenCase);
  const jobs = cases.flatMap(({ model }, i) => {
    const { prompt } = goldens[i] as GoldenCase;
    const words = prompt.startsWith('ids:') ? ['--tokens', prompt.slice(4)] : [prompt];
    return ['attention', 'flow'].map((command) => ({ args: [command, model, ...words, '--json'] }));
  });
  const outcomes = runAll(jobs);
  const failed = outcomes.find(({ code }) => code !== 0);
  if (failed !== undefined) throw new Error(failed.stderr);
  return goldens.map((golden, i) => {
    const attention = JSON.parse(outcomes[2 * i]?.stdout ?? '') as GoldenCase;
    const flow = JSON.parse(outcomes[2 * i + 1]?.stdout ?? '') as Compared['flow'];
    return { golden, attention, flow, ...deviations(golden, attention, flow) };
  });
}

function deviations(golden: GoldenCase, { attention }: GoldenCase, { next }: Compared['flow']): Deviations {
  const shares = golden.attention.flatMap(({ heads }, layer) =>
    heads.flatMap((rows, head) =>
      rows.flatMap((row, query) =>
        row.map((share, key) => Math.abs(share - (attention[layer]?.heads[head]?.[query]?.[key] ?? Number.NaN))),
      ),
    ),
  );
  const logits = golden.top.map(({ logit }, place) => Math.abs(logit - (next[place]?.logit ?? Number.NaN)));
  return { share: largest(shares), logit: largest(logits) };
}

/** NaN where one of them is NaN. */
function largest(values: readonly number[]): number {
  return values.reduce((most, value) => (value <= most ? most : value), 0);
}
