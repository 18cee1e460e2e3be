/** Applies a policy to a model: judges its demands, and sets the levels of findings. */

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

/** In the order of the report, which is that of the policy's schema. */
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

/** The findings of a policy about a model. For a shard the whole set is judged; `surroundings` contains the other shards. */
export function judgePolicy(policy: Policy, model: Model, surroundings: Surroundings): Finding[] {
  const whole = wholeModel(model, surroundings);
  if (whole.files.length < whole.count) {
    const reason = `only ${whole.files.length} of the ${whole.count} shards of the model can be read`;
    return [policyFinding(notJudged('all demands', reason))];
  }
  const judged = { policy, model: whole.model, files: whole.files, findMiss: patternSearch() };
  const findings = DEMANDS.flatMap((demand) => boundedFindings(demand(judged).map(policyFinding)));
  // Offsets in other shards would be mistaken for offsets in this one.
  return whole.count === 1 ? findings : findings.map(withoutOffset);
}

function withoutOffset(finding: Finding): Finding {
  const { offset: _, ...place } = finding.place;
  return { ...finding, place };
}

/** Applies the policy's `rules`: removes findings of rules that are off, and sets the levels of others. */
export function applyRuleLevels({ rules = {} }: Policy, findings: readonly Finding[]): Finding[] {
  return findings.flatMap((finding) => {
    const level = rules[finding.code as FindingCode] ?? (UNREAD.has(finding.code) ? levelOfUnread(rules) : undefined);
    if (level === 'off') return [];
    return level === undefined ? finding : { ...finding, level };
  });
}

/** Findings that report that the rules did not read all texts. */
const UNREAD: ReadonlySet<string> = new Set<CheckCode>(['text-not-checked', 'template-too-long']);

/** If a policy makes a rule about texts an error, unread texts are an error too. Otherwise a file could pass by exceeding the limits. */
function levelOfUnread(rules: NonNullable<Policy['rules']>): 'error' | undefined {
  return RULES.some(({ code, readsTexts }) => readsTexts && rules[code] === 'error') ? 'error' : undefined;
}
