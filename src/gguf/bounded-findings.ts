/** Findings in bounds: of one code the first ones are told, and one more that says how many others there are. */

import type { Level } from '../words/findings.js';
import type { Finding } from './finding.js';
import { MAX_FINDINGS_OF_A_CODE } from './limits.js';

const GRAVITY: Record<Level, number> = { advice: 0, warning: 1, error: 2 };

/** In their order; what is left out counts in the last finding of its code, at the gravest level among them. May be repeated. */
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
