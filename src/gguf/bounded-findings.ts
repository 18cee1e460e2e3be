/** Limits the number of findings: the first ones of each code are reported, then one more with the number of the others. */

import type { Level } from '../words/findings.js';
import type { Finding } from './finding.js';
import { MAX_FINDINGS_OF_A_CODE } from './limits.js';

const GRAVITY: Record<Level, number> = { advice: 0, warning: 1, error: 2 };

/**
 * Keeps the order. The last finding of a code counts the omitted ones and has the most severe level among them. May be applied repeatedly.
 */
export function boundedFindings(findings: readonly Finding[]): Finding[] {
  if (findings.length <= MAX_FINDINGS_OF_A_CODE && findings.every(({ more }) => more === undefined))
    return [...findings];
  const told = new Map<Finding['code'], number>();
  const others = new Map<Finding['code'], Finding>();
  const kept: Finding[] = [];
  for (const finding of findings) {
    const { code, more } = finding;
    const count = told.get(code) ?? 0;
    if (more === undefined && count < MAX_FINDINGS_OF_A_CODE) {
      told.set(code, count + 1);
      kept.push(finding);
      continue;
    }
    const former = others.get(code);
    const counted = {
      ...finding,
      level: graver(former, finding),
      place: {},
      facts: {},
      more: (former?.more ?? 0) + (more ?? 1),
    };
    others.set(code, counted);
  }
  return [...kept, ...others.values()];
}

function graver(former: Finding | undefined, { level }: Finding): Level {
  const known = former?.level;
  return known !== undefined && GRAVITY[known] >= GRAVITY[level] ? known : level;
}
