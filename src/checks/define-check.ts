/**
 * Defines a check: its code, level, words, subject and judgement in one place. TypeScript ensures that the facts of each finding fill every
 * blank in the words.
 */

import { type Blanks, type Finding, type FindingKind, findingOf, type Told } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { Level, RuleGroup } from '../words/findings.js';
import { type Judged, judgedFile, type Subject } from './applies-to.js';
import type { Surroundings } from './surroundings.js';

/** A defined rule about a model. */
export interface Check<Code extends string = string> extends FindingKind<Code> {
  group: Exclude<RuleGroup, 'data'>;
  appliesTo: Subject;
  /** Whether it concerns the bytes after the header. It is skipped if only the header is available. */
  beyondHeader: boolean;
  /** Whether it reads texts of any length. Such a rule may stop early, and then its result is incomplete. */
  readsTexts: boolean;
  /** Whether the page of `explain` shows it too, because it explains a number or a name on that page. */
  explains: boolean;
  /** Returns its findings; none if the rule does not apply. */
  judge(model: Model, surroundings: Surroundings): Finding<Code>[];
}

/** A check as it is written in the source. */
interface CheckDefinition<Code extends string, Says extends string, Hint extends string, Extra extends object> {
  /** Stable, because reports, policies and suppressions refer to it. */
  code: Code;
  /** The group for reports and for `--rules`. */
  group: Exclude<RuleGroup, 'data'>;
  level: Level;
  /**
   * What was found. `{name}` is replaced by the fact `name`, `{name, bytes}` is formatted as an amount of memory, `{name, noun}` as a
   * number of things.
   */
  says: Says;
  /** What to do about it; may also contain blanks. */
  hint?: Hint;
  /** Its subject: the rule judges only these files. */
  appliesTo: Subject<Extra>;
  /** See `Check`. Default false, like the two below. */
  beyondHeader?: boolean;
  readsTexts?: boolean;
  explains?: boolean;
  /** Returns the places where something is wrong, with the facts for the words. A finding may override the level. */
  judge(judged: Judged & Extra): readonly Told<Blanks<Says | Hint>>[];
}

export function defineCheck<
  const Code extends string,
  const Says extends string,
  Extra extends object,
  const Hint extends string = never,
>(definition: CheckDefinition<Code, Says, Hint, Extra>): Check<Code> {
  const { code, group, level, says, hint, appliesTo, judge } = definition;
  const { beyondHeader = false, readsTexts = false, explains = false } = definition;
  const kind = { code, group, level, says, hint };
  return {
    ...kind,
    appliesTo,
    beyondHeader,
    readsTexts,
    explains,
    judge(model, surroundings) {
      const judged = judgedFile(model, surroundings);
      const extra = appliesTo.find(judged);
      return extra === null ? [] : judge({ ...judged, ...extra }).map((told) => findingOf(kind, told));
    },
  };
}
