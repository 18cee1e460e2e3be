/** Defines a check of the numbers: a rule about the statistics of a model's tensors. They exist only if tensor data was read. */

import {
  type Blanks,
  type Facts,
  type Finding,
  type FindingKind,
  findingOf,
  type Place,
  type Told,
} from '../../gguf/finding.js';
import type { Model, ModelTensor } from '../../model/model.js';
import type { Level } from '../../words/findings.js';
import { formatInteger } from '../../words/format-quantity.js';
import type { Unreadable } from '../../words/unreadable.js';
import { bytesPlace, type Span } from './where.js';

/** A defined rule about numbers. */
export interface ValueCheck<Code extends string = string> extends FindingKind<Code> {
  group: 'data';
  judge(model: Model, values: CheckedValues): Finding<Code>[];
}

/** The result of scanning the numbers of a model. */
export interface CheckedValues {
  /** By index of the tensor; undefined if it was skipped or not reached. */
  statistics: readonly (CheckedStatistics | undefined)[];
  /** Places of conspicuous numbers, by index of the tensor. */
  faults: readonly (CheckedFaults | undefined)[];
  /** Runs of zero bytes, in order; offsets count from the start of the file (for a split model, across all its files). */
  empty: readonly { from: number; to: number }[];
  /** Tensors of which only some blocks were read, by index: the number read and the total. Their statistics cover only the blocks read. */
  sampled?: ReadonlyMap<number, { blocks: number; of: number }>;
  /** Why a tensor was skipped, by its index. */
  left: ReadonlyMap<number, Unreadable>;
}

/** The statistics of a tensor that rules use. Statistics of finite numbers are null if there are none. */
export interface CheckedStatistics {
  count: number;
  zeros: number;
  nans: number;
  infinities: number;
  min: number | null;
  max: number | null;
  rms: number | null;
  /** Whether all numbers are finite and the same. */
  constant: boolean;
  /** Number of rows, of zero rows, and the median length (root of the sum of squares); of samples if not everything was read. */
  rows: { count: number; zero: number; median: number | null };
  /** Number of blocks, and of those with a zero, NaN or infinite scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
}

/** Places of conspicuous numbers in a tensor. */
export interface CheckedFaults {
  /** Numbers that are NaN or infinite. */
  notFinite: Span | null;
  /** Blocks whose scale is NaN or infinite. */
  scales: Span | null;
  /** The largest number in the part of a row with the largest mean magnitude. */
  largest: { index: number; magnitude: number } | null;
  /** The first runs of rows that are all zeros. */
  zeroRows: readonly Span[];
}

/** Like a definition for `defineCheck`. The group is always `data`, and the subject every model whose numbers were read. */
interface ValueCheckDefinition<Code extends string, Says extends string, Hint extends string> {
  code: Code;
  level: Level;
  says: Says;
  hint?: Hint;
  judge(model: Model, values: CheckedValues): readonly Told<Blanks<Says | Hint>>[];
}

export function defineValueCheck<
  const Code extends string,
  const Says extends string,
  const Hint extends string = never,
>({ code, level, says, hint, judge }: ValueCheckDefinition<Code, Says, Hint>): ValueCheck<Code> {
  const kind = { code, group: 'data', level, says, hint } as const;
  return { ...kind, judge: (model, values) => judge(model, values).map((told) => findingOf(kind, told)) };
}

/** The tensor that a rule judges, for rules that judge one tensor at a time. */
export interface JudgedTensor {
  model: Model;
  values: CheckedValues;
  tensor: ModelTensor;
  index: number;
  own: CheckedStatistics;
  faults: CheckedFaults | undefined;
  /** Words to append to a finding if only samples were read: how many of the sampled blocks show it. Otherwise empty. */
  seen(blocks: number): string;
}

/** Makes a judge from a function that judges one tensor. The name of the tensor is added to its facts. */
export function eachTensor<Own extends Facts>(
  judge: (judged: JudgedTensor) => { facts: Own; level?: Level; place?: Place } | undefined,
): (model: Model, values: CheckedValues) => Told<(keyof Own & string) | 'tensor'>[] {
  return (model, values) =>
    model.tensors.flatMap((tensor, index) => {
      const own = values.statistics[index];
      const seen = (blocks: number) => seenWords(values.sampled?.get(index), tensor, blocks);
      const told = own && judge({ model, values, tensor, index, own, faults: values.faults[index], seen });
      if (told === undefined) return [];
      const place = told.place ?? bytesPlace(tensor);
      return [{ ...told, place, facts: { tensor: place.tensor as string, ...told.facts } }];
    });
}

function seenWords(sampled: { blocks: number } | undefined, { type }: ModelTensor, blocks: number): string {
  if (sampled === undefined) return '';
  const unit = type?.blockElements === 1 ? 'numbers' : 'blocks';
  return `; seen in ${formatInteger(blocks)} of ${formatInteger(sampled.blocks)} sampled ${unit}, run check --data for all`;
}
