/** Defines a check of the numbers: a rule about the statistics of a model's tensors. They exist only where all data was read. */

import { type Blanks, type Facts, type Finding, type FindingKind, findingOf, type Told } from '../../gguf/finding.js';
import type { Model, ModelTensor } from '../../model/model.js';
import type { Level } from '../../words/findings.js';
import type { Unreadable } from '../../words/unreadable.js';
import { tensorPlace } from '../place.js';

/** A rule about numbers, as it is used. */
export interface ValueCheck<Code extends string = string> extends FindingKind<Code> {
  group: 'data';
  judge(model: Model, values: CheckedValues): Finding<Code>[];
}

/** What was found out about the numbers of a model. */
export interface CheckedValues {
  /** By index of the tensor; undefined where it was left out, or not reached. */
  statistics: readonly (CheckedStatistics | undefined)[];
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
  rows: { count: number; zero: number };
  /** Blocks by what is wrong with their scale; null for formats without scales. */
  scales: { blocks: number; zero: number; nan: number; infinite: number } | null;
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

/** A judge that looks at one tensor after the other. Its facts are those given and the name of the tensor. */
export function eachTensor<Own extends Facts>(
  judge: (own: CheckedStatistics, tensor: ModelTensor) => { facts: Own; level?: Level } | undefined,
): (model: Model, values: CheckedValues) => Told<(keyof Own & string) | 'tensor'>[] {
  return ({ tensors }, { statistics }) =>
    tensors.flatMap((tensor, index) => {
      const own = statistics[index];
      const told = own && judge(own, tensor);
      if (told === undefined) return [];
      const place = tensorPlace(tensor);
      return [{ place, ...told, facts: { tensor: place.tensor as string, ...told.facts } }];
    });
}
