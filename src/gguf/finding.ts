/** A fault or remark about a file that can nevertheless be read. */

import type { FindingKind } from '../words/findings.js';

export type { FindingKind } from '../words/findings.js';

/** The place of a finding, as far as it is known. */
export interface Place {
  /** In a split model: the name of the file, without folders. */
  file?: string;
  /** Bytes from the start of the file. */
  offset?: number;
  /** For a finding about bytes: the end of the range (exclusive). */
  end?: number;
  key?: string;
  tensor?: string;
}

/** The numbers and names that are filled into the text. */
export type Facts = Record<string, string | number | boolean>;

/** A finding carries its own text, so code that reports it need not load the list of all findings. */
export interface Finding<Code extends string = string> extends FindingKind<Code> {
  place: Place;
  facts: Facts;
  /** It represents this many findings of its code that are not listed; it has no place and no facts. */
  more?: number;
}

/** The placeholders in a text: those of `{count, tensor} of {type}` are `count` and `type`. */
export type Blanks<Words extends string> = Words extends `${string}{${infer Blank}}${infer Rest}`
  ? (Blank extends `${infer Name}, ${string}` ? Name : Blank) | Blanks<Rest>
  : never;

/** What a rule states for one finding: everything that its definition does not. Facts without a placeholder appear only in JSON. */
export type Told<Blank extends string = string> = Pick<Finding, 'place'> & {
  /** If this one is more or less severe than others of its code. */
  level?: Finding['level'];
} & ([Blank] extends [never] ? { facts?: Facts } : { facts: Record<Blank, Facts[string]> & Facts });

/** Creates a finding of a kind. */
export function findingOf<Code extends string>(
  { code, group, level, says, hint }: FindingKind<Code>,
  told: Pick<Finding, 'place'> & { level?: Finding['level']; facts?: Facts },
): Finding<Code> {
  const kind = hint === undefined ? { code, group, level, says } : { code, group, level, says, hint };
  return { ...kind, ...told, facts: told.facts ?? {} };
}
