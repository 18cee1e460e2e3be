/** All rules, in the order in which their findings are told. A test holds them against the folders. */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { ADVICE_RULES } from './advice/rules.js';
import type { Check, Surroundings } from './check.js';
import { FORMAT_RULES } from './format/rules.js';
import { MODEL_RULES } from './model/rules.js';

export const RULES: readonly Check[] = [...FORMAT_RULES, ...MODEL_RULES, ...ADVICE_RULES];

/** What the reading came across, then what all rules say. */
export function judge(model: Model, surroundings: Surroundings): Finding[] {
  return [...model.file.findings, ...RULES.flatMap((rule) => boundedFindings(rule.judge(model, surroundings)))];
}
