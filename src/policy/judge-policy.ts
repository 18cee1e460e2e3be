/** A policy on a model: what it demands, one kind of demand after the other, and how grave it takes each finding. */

import { type CheckCode, RULES } from '../checks/registry.js';
import type { Surroundings } from '../checks/surroundings.js';
import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { FindingCode } from './all-findings.js';
import { type Demand, notJudged } from './demand.js';
import { bitsPerWeight, contextLength, parameters, size } from './demands/amounts.js';
import { chatTemplate } from './demands/chat-template.js';
import { architecture, fileType } from './demands/kind.js';
import { license } from './demands/license.js';
import { memory } from './demands/memory.js';
import { forbiddenKeys, requiredKeys } from './demands/metadata-keys.js';
import { metadataValues } from './demands/metadata-values.js';
import { forbiddenTensors, requiredTensors } from './demands/tensors.js';
import { types } from './demands/types.js';
import { wholeModel } from './judged-model.js';
import { patternSearch } from './patterns.js';
import { policyFinding } from './policy-findings.js';
import type { Policy } from './schema.js';

/** In the order in which their findings are told: that of the policy's schema. */
const DEMANDS: readonly Demand[] = [
  architecture,
  fileType,
  types,
  bitsPerWeight,
  size,
  parameters,
  memory,
  contextLength,
  license,
  requiredKeys,
  metadataValues,
  forbiddenKeys,
  chatTemplate,
  requiredTensors,
  forbiddenTensors,
];

/** What a policy finds against a model. Of a shard the whole set is judged, for which `surroundings` has the others. */
export function judgePolicy(policy: Policy, model: Model, surroundings: Surroundings): Finding[] {
  const whole = wholeModel(model, surroundings);
  if (whole.files.length < whole.count) {
    const reason = `${whole.files.length} of ${whole.count} shards of the model are there`;
    return [policyFinding(notJudged('the whole', reason))];
  }
  const judged = { policy, model: whole.model, files: whole.files, findMiss: patternSearch() };
  const findings = DEMANDS.flatMap((demand) => boundedFindings(demand(judged).map(policyFinding)));
  // Another shard's offsets would be taken for this one's.
  return whole.count === 1 ? findings : findings.map(withoutOffset);
}

function withoutOffset(finding: Finding): Finding {
  const { offset: _, ...place } = finding.place;
  return { ...finding, place };
}

/** The findings as the policy's `rules` have them: without those that are off, the others at the level that they are given. */
export function applyRuleLevels({ rules = {} }: Policy, findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => {
    const level = rules[finding.code as FindingCode] ?? (UNREAD.has(finding.code) ? levelOfUnread(rules) : undefined);
    if (level === 'off') return [];
    return level === undefined ? finding : { ...finding, level };
  });
}

/** Findings that say that the rules have not read all texts. */
const UNREAD: ReadonlySet<string> = new Set<CheckCode>(['text-not-checked', 'template-too-long']);

/** A policy that makes a rule about texts an error means it for the texts that were not read as well; else nobody need fear it. */
function levelOfUnread(rules: NonNullable<Policy['rules']>): 'error' | undefined {
  return RULES.some(({ code, readsTexts }) => readsTexts && rules[code] === 'error') ? 'error' : undefined;
}
