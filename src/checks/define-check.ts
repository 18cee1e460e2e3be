/**
 * Defines a check: one place for its code, its level, its words, what it is about and how it judges. TypeScript holds that the
 * facts of each finding fill every blank of the words.
 */

import { type Blanks, type Finding, type FindingKind, findingOf, type Told } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { Level, RuleGroup } from '../words/findings.js';
import { type Judged, judgedFile, type Subject } from './applies-to.js';
import type { Surroundings } from './surroundings.js';

/** A rule about a model, as it is used. */
export interface Check<Code extends string = string> extends FindingKind<Code> {
  group: Exclude<RuleGroup, 'data'>;
  appliesTo: Subject;
  /** Whether it is about the bytes after the header. Whoever has only the header leaves it out. */
  beyondHeader: boolean;
  /** Whether it reads texts of any length: where such a rule stops early, nobody knows what it would have found. */
  readsTexts: boolean;
  /** Whether the page of `explain` tells it too, because it explains a number or a name on that page. */
  explains: boolean;
  /** Its findings; none where it does not apply. */
  judge(model: Model, surroundings: Surroundings): Finding<Code>[];
}

/** The same as it is written down. */
interface CheckDefinition<Code extends string, Says extends string, Hint extends string, Extra extends object> {
  /** Stable: reports, policies and suppressions name it. */
  code: Code;
  /** The group that it is told in, and that `--rules` asks for. */
  group: Exclude<RuleGroup, 'data'>;
  level: Level;
  /** What was found. `{name}` is the fact of that name, `{name, bytes}` an amount of memory, `{name, noun}` a number of things. */
  says: Says;
  /** What to do about it; may have blanks too. */
  hint?: Hint;
  /** What it is about. It is not asked about anything else. */
  appliesTo: Subject<Extra>;
  /** See `Check`. False where left out, like the two below. */
  beyondHeader?: boolean;
  readsTexts?: boolean;
  explains?: boolean;
  /** Where something is wrong, with the facts for the words. A finding may have a level of its own. */
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
