/**
 * The rules for the page of `explain`: the rules about the format, and rules that explain numbers and names on the page. Whether the model
 * is sound and well published is a question for `check`: loading all rules and their tables would take `explain` longer than reading a
 * header.
 */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { TENSOR_ADVICE } from './advice/tensors.js';
import type { Check } from './define-check.js';
import { FORMAT_RULES } from './format/rules.js';
import { ARCHITECTURE_CHECKS } from './model/architecture.js';
import { OTHER_PROGRAM_CHECKS } from './model/other-programs.js';
import { NO_SURROUNDINGS } from './surroundings.js';

/** The themes that contain a rule with `explains`; a test ensures that the list is complete. */
export const OF_THE_MODEL: readonly Check[] = [
  ...ARCHITECTURE_CHECKS,
  ...OTHER_PROGRAM_CHECKS,
  ...TENSOR_ADVICE,
].filter(({ explains }) => explains);

/** The findings of the reader, then those of these rules. */
export function remark(model: Model): Finding[] {
  return [...remarkFile(model), ...remarkModel(model)];
}

/** Findings about a file, whether it is a whole model or a part. */
export function remarkFile(model: Model): Finding[] {
  return [...model.file.findings, ...judgedBy(FORMAT_RULES, model)];
}

/** Findings about a model, whether it has one file or several. */
export function remarkModel(model: Model): Finding[] {
  return judgedBy(OF_THE_MODEL, model);
}

function judgedBy(rules: readonly Check[], model: Model): Finding[] {
  return rules.flatMap((rule) => boundedFindings(rule.judge(model, NO_SURROUNDINGS)));
}
