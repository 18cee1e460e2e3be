/** All rules, and which of them the page of `explain` tells. */

import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { fallbackTypes } from './advice/fallback-types.js';
import { labelDisagrees } from './advice/label-disagrees.js';
import { ADVICE_RULES } from './advice/rules.js';
import { unknownTensorNames } from './advice/unknown-tensor-names.js';
import { type Check, NO_SURROUNDINGS, type Surroundings } from './check.js';
import { FORMAT_RULES } from './format/rules.js';
import { noArchitecture } from './model/no-architecture.js';
import { MODEL_RULES } from './model/rules.js';

export const RULES: readonly Check[] = [...FORMAT_RULES, ...MODEL_RULES, ...ADVICE_RULES];

/** What explains the numbers and names on the page. Whether the model is sound and well published is for `check` to say. */
const EXPLAINED: readonly Check[] = [
  ...FORMAT_RULES,
  noArchitecture,
  unknownTensorNames,
  labelDisagrees,
  fallbackTypes,
];

/** What the reading came across, then what the rules say that belong on the page of `explain`. */
export function remark(model: Model): Finding[] {
  return apply(EXPLAINED, model, NO_SURROUNDINGS);
}

/** What the reading came across, then what all rules say. */
export function judge(model: Model, surroundings: Surroundings): Finding[] {
  return apply(RULES, model, surroundings);
}

function apply(rules: readonly Check[], model: Model, surroundings: Surroundings): Finding[] {
  return [...model.file.findings, ...rules.flatMap((rule) => rule.judge(model, surroundings))];
}
