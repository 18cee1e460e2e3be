/**
 * The rules that the page of `explain` tells: those about the format, and what explains its numbers and names. Whether the model is
 * sound and well published is for `check` to say: loading all rules and their tables would cost `explain` more than reading a header.
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

/** The themes with a rule that says `explains`; a test holds that there are no others. */
export const OF_THE_MODEL: readonly Check[] = [
  ...ARCHITECTURE_CHECKS,
  ...OTHER_PROGRAM_CHECKS,
  ...TENSOR_ADVICE,
].filter(({ explains }) => explains);

/** What the reading came across, then what these rules say. */
export function remark(model: Model): Finding[] {
  return [...remarkFile(model), ...remarkModel(model)];
}

/** What there is to say of a file as a file, whether it is a model by itself or a part of one. */
export function remarkFile(model: Model): Finding[] {
  return [...model.file.findings, ...judgedBy(FORMAT_RULES, model)];
}

/** What there is to say of a model, whatever the number of its files. */
export function remarkModel(model: Model): Finding[] {
  return judgedBy(OF_THE_MODEL, model);
}

function judgedBy(rules: readonly Check[], model: Model): Finding[] {
  return rules.flatMap((rule) => boundedFindings(rule.judge(model, NO_SURROUNDINGS)));
}
