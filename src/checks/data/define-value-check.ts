/** Defines a check of the numbers: a rule about the statistics of a model's tensors. They exist only where all data was read. */

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

/** A rule about numbers, as it is used. */
export interface ValueCheck<Code extends string = string> extends FindingKind<Code> {
  group: 'data';
  judge(model: Model, values: CheckedValues): Finding<Code>[];
}

/** What was found out about the numbers of a model. */
export interface CheckedValues {
  /** By index of the tensor; undefined where it was left out, or not reached. */
  statistics: readonly (CheckedStatistics | undefined)[];
  /** Where the numbers are that stand out, by index like the statistics. */
  faults: readonly (CheckedFaults | undefined)[];
  /** Runs of zero bytes, from the start of the file (of all files of a split model), in their order. */
  empty: readonly { from: number; to: number }[];
  /** Tensors of which only some blocks were read, by index: how many, and of how many. The statistics are of these. */
  sampled?: ReadonlyMap<number, { blocks: number; of: number }>;
  /** Why a tensor was left out, by its index. */
  left: ReadonlyMap<number, Unreadable>;
}

/** The statistics of a tensor, as far as rules ask for them. Those that only finite numbers have are null without any. */
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
  /** Lengths (root of the sum of squares) of rows; of samples where not all was read. */
  rows: { count: number; zero: number; median: number | null };
  /** Blocks by what is wrong with their scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
}

/** Where in a tensor numbers stand out. */
export interface CheckedFaults {
  /** Numbers that are NaN or infinite. */
  notFinite: Span | null;
  /** Blocks whose scale is. */
  scales: Span | null;
  /** The largest number in the part of a row whose numbers are the largest in the mean. */
  largest: { index: number; magnitude: number } | null;
  /** The first runs of rows that are all zeros. */
  zeroRows: readonly Span[];
}

/** Like a definition of `defineCheck`; all are of the group `data`, and about every model whose numbers were read. */
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

/** A tensor before a rule that looks at one after the other. */
export interface JudgedTensor {
  model: Model;
  values: CheckedValues;
  tensor: ModelTensor;
  index: number;
  own: CheckedStatistics;
  faults: CheckedFaults | undefined;
  /** What to say after the words of a finding where only samples were read, with so many blocks of them that show it; else nothing. */
  seen(blocks: number): string;
}

/** A judge that looks at one tensor after the other. Its facts are those given and the name of the tensor. */
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
