/**
 * The rules of the group `data`, in the order in which their findings are shown, and the functions that apply them to a scan of the
 * numbers.
 */

import { boundedFindings } from '../../gguf/bounded-findings.js';
import type { Finding } from '../../gguf/finding.js';
import type { Model } from '../../model/model.js';
import { BROKEN_NUMBER_CHECKS } from './broken-numbers.js';
import type { CheckedValues } from './define-value-check.js';
import { EMPTY_CHECKS } from './empty.js';
import { LAYER_CHECKS } from './layers.js';
import { SAME_NUMBER_CHECKS } from './same-numbers.js';
import { UNREAD_CHECKS } from './unread.js';

export const VALUE_RULES = [
  ...EMPTY_CHECKS,
  ...BROKEN_NUMBER_CHECKS,
  ...SAME_NUMBER_CHECKS,
  ...LAYER_CHECKS,
  ...UNREAD_CHECKS,
];

export function judgeValues(model: Model, values: CheckedValues): Finding[] {
  return VALUE_RULES.flatMap((rule) => boundedFindings(rule.judge(model, values)));
}

/** Findings for commands that read the numbers for another purpose: errors and warnings, no advice. */
export function judgeUnasked(model: Model, values: CheckedValues): Finding[] {
  return judgeValues(model, values).filter(({ level }) => level !== 'advice');
}
