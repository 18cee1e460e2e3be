/** The rules of the group `data`, all of them, over what the scan of the numbers has found. */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { VALUE_RULES } from './data/rules.js';
import type { CheckedValues } from './value-check.js';

export function judgeValues(model: Model, values: CheckedValues): Finding[] {
  return VALUE_RULES.flatMap((rule) => boundedFindings(rule.judge(model, values)));
}
