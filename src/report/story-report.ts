/** The story in `explain --full`: a row of the token table, a block, and the numbers of one prompt, few enough for one page. */

import { type AttentionState, mixValues, scoresOf, sharesOf } from '../inference/attention-weights.js';
import type { Vectors } from '../inference/vectors.js';
import type { OpenedBlock } from '../tensor-data/read-values.js';
import type { AttentionReport } from './attention-schema.js';
import type { HeadNumbers, Story, StoryRow } from './story-schema.js';
import { blockReport } from './tensor-report.js';
import type { TokenReport } from './token-schema.js';

/** Elements of a row of the table that are shown. */
const FIRST = 12;
/** Elements of each vector of a head that are shown. */
const SAMPLE = 4;
/** Most numbers of all heads of a layer together. */
const MOST_NUMBERS = 24_000;

export interface ReadStory {
  row?: TokenReport | undefined;
  block?: OpenedBlock | undefined;
  computed?: { attention: AttentionReport | null; heads: HeadNumbers[] } | undefined;
  notComputed?: string | undefined;
}

export function storyReport({ row, block, computed, notComputed }: ReadStory): Story {
  const own = row === undefined ? undefined : rowEntry(row);
  return {
    ...(own !== undefined && { row: own }),
    ...(block !== undefined && { block: blockReport(block) }),
    ...(computed !== undefined && { computed: computedEntry(computed) }),
    ...(notComputed !== undefined && { notComputed }),
  };
}

function rowEntry({ tokens: [token], table, rows: [row] }: TokenReport): StoryRow | undefined {
  if (token === undefined || table === null || row === undefined) return undefined;
  const { name, type, rows, length } = table;
  return {
    token,
    table: { name, type, rows, length },
    ...{ offset: row.offset, bytes: row.bytes, first: row.values.slice(0, FIRST) },
    nearest: (row.nearest ?? []).map(({ id, piece, similarity }) => ({ id, piece, similarity })),
  };
}

function computedEntry({ attention, heads }: NonNullable<ReadStory['computed']>): NonNullable<Story['computed']> {
  return { attention: attention && attentionEntry(attention), heads };
}

function attentionEntry(report: AttentionReport) {
  const { schemaVersion: _, file: __, prompt: ___, tokens: ____, ...rest } = report;
  const short = (weights: (number | null)[]) => weights.map((weight) => rounded(weight, 1000));
  const attention = rest.attention.map((layer) => ({ ...layer, heads: layer.heads.map((head) => head.map(short)) }));
  return { ...rest, attention };
}

const rounded = (value: number | null, of: number) => (value === null ? null : Math.round(value * of) / of);

/** The numbers of every head of a layer; none if they are too many. Must be called while the layer is computed. */
export function headNumbers(state: AttentionState): HeadNumbers[] {
  const { count, countKv, length, valueLength } = state.plan.heads;
  const tokens = state.query.count;
  if (count * tokens * (4 * SAMPLE + state.key.count) > MOST_NUMBERS) return [];
  return Array.from({ length: count }, (_, head) => {
    const keyHead = Math.floor(head / (count / countKv));
    const output = new Float32Array(tokens * valueLength);
    for (let token = 0; token < tokens; token++) {
      mixValues(state, { head, shares: sharesOf(state, head, token) }, output, token * valueLength);
    }
    return {
      ...{ head, keyHead },
      query: starts(state.query, head * length, length),
      key: starts(state.key, keyHead * length, length),
      value: starts(state.value, keyHead * valueLength, valueLength),
      output: starts({ values: output, length: valueLength, count: tokens }, 0, valueLength),
      scores: Array.from({ length: tokens }, (_, token) => Array.from(scoresOf(state, head, token), fourDigits)),
    };
  });
}

function starts({ values, length: step, count }: Vectors, from: number, length: number): (number | null)[][] {
  return Array.from({ length: count }, (_, token) => {
    const at = token * step + from;
    return Array.from(values.subarray(at, at + Math.min(SAMPLE, length)), fourDigits);
  });
}

function fourDigits(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}
