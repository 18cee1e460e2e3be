/** What is wrong or remarkable in a file that can be read all the same. */

import type { FindingKind } from '../words/findings.js';

export type { FindingKind } from '../words/findings.js';

/** Where a finding is: as much of it as is known. */
export interface Place {
  /** Of a split model: the name of the file, without folders. */
  file?: string;
  /** Bytes from the start of the file. */
  offset?: number;
  /** Of a finding about bytes: the first byte after them. */
  end?: number;
  key?: string;
  tensor?: string;
}

/** The numbers and names that the words are filled with. */
export type Facts = Record<string, string | number | boolean>;

/** A finding has its words with it: whoever tells it need not know, or load, what else can be found. */
export interface Finding<Code extends string = string> extends FindingKind<Code> {
  place: Place;
  facts: Facts;
  /** It stands for so many findings of its code that are not told one by one; it has no place and no facts. */
  more?: number;
}

/** The blanks in words: of `{count, tensor} of {type}` they are `count` and `type`. */
export type Blanks<Words extends string> = Words extends `${string}{${infer Blank}}${infer Rest}`
  ? (Blank extends `${infer Name}, ${string}` ? Name : Blank) | Blanks<Rest>
  : never;

/** What a rule tells of one finding: all that its definition does not say. Facts that no blank asks for are told in JSON only. */
export type Told<Blank extends string = string> = Pick<Finding, 'place'> & {
  /** Where this one is graver or milder than others of its code. */
  level?: Finding['level'];
} & ([Blank] extends [never] ? { facts?: Facts } : { facts: Record<Blank, Facts[string]> & Facts });

/** A finding of a kind. */
export function findingOf<Code extends string>(
  { code, group, level, says, hint }: FindingKind<Code>,
  told: Pick<Finding, 'place'> & { level?: Finding['level']; facts?: Facts },
): Finding<Code> {
  const kind = hint === undefined ? { code, group, level, says } : { code, group, level, says, hint };
  return { ...kind, ...told, facts: told.facts ?? {} };
}
