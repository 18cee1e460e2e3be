/** Findings of a policy: it contains the demands of a user, which are independent of whether the model is sound. */

import { type Blanks, type Finding, type FindingKind, findingOf, type Told } from '../gguf/finding.js';

const WORDS = {
  'policy-architecture': {
    level: 'error',
    says: 'the architecture is {found}; the policy (architectures) allows {allowed}',
  },
  'policy-file-type': { level: 'error', says: 'the label is {found}; the policy (file-types) allows {allowed}' },
  'policy-type': {
    level: 'error',
    says: '{count, tensor} of type {type}; the policy ({demand}) allows {allowed}',
    hint: 'quantize the model again from its original, or use a file with another mix of types',
  },
  'policy-bits-per-weight': {
    level: 'error',
    says: '{found} bits per weight; the policy sets bits-per-weight.{bound} to {limit}',
  },
  'policy-size': {
    level: 'error',
    says: 'the model takes {found, bytes} ({found} bytes); the policy sets size.{bound} to {limit, bytes} ({limit} bytes)',
  },
  'policy-parameters': { level: 'error', says: '{found} parameters; the policy sets parameters.{bound} to {limit}' },
  'policy-memory': {
    level: 'error',
    says: '{found, bytes} to run: {weights, bytes} of weights and {cache, bytes} of KV cache ({cacheType}, {context} tokens); the policy sets memory.max to {limit, bytes}',
    hint: 'a shorter context or a smaller cache type needs less memory; the weights do not change',
  },
  'policy-context': {
    level: 'error',
    says: 'a context of {found} tokens; the policy sets context.{bound} to {limit}',
  },
  'policy-license': { level: 'error', says: 'the license is {found}; the policy (licenses) allows {allowed}' },
  'policy-metadata-missing': { level: 'error', says: '{key} is missing; the policy ({demand}) requires it' },
  'policy-metadata-value': {
    level: 'error',
    says: '{key} is {found}; the policy (metadata.values) requires {expected}',
  },
  'policy-metadata-forbidden': {
    level: 'error',
    says: '{count, key} that the policy (metadata.forbid {glob}) does not allow, such as {example}',
  },
  'policy-chat-template': {
    level: 'error',
    says: '{key} is {found}; the policy (chat-template) requires {expected}',
  },
  'policy-tensor-missing': {
    level: 'error',
    says: 'no tensor is named {glob}; the policy (tensors.require) requires one',
  },
  'policy-tensor-forbidden': {
    level: 'error',
    says: '{count, tensor} that the policy (tensors.forbid {glob}) does not allow, such as {example}',
  },
  'policy-not-judged': {
    level: 'error',
    says: 'the policy ({demand}) could not be judged: {reason}',
    hint: 'a demand that cannot be judged counts as failed; set its level with policy-not-judged under rules',
  },
} as const satisfies Record<string, Pick<FindingKind, 'level' | 'says' | 'hint'>>;

export type PolicyCode = keyof typeof WORDS;

type HintOf<Words> = Words extends { hint: infer Hint extends string } ? Hint : never;

/** One finding of a demand, with a fact for every blank in the words of its code. */
export type AgainstPolicy = {
  [Code in PolicyCode]: { code: Code } & Told<Blanks<(typeof WORDS)[Code]['says'] | HintOf<(typeof WORDS)[Code]>>>;
}[PolicyCode];

export const POLICY_FINDINGS = (Object.keys(WORDS) as PolicyCode[]).map(
  (code): FindingKind<PolicyCode> => ({ code, group: 'policy', ...WORDS[code] }),
);

export function policyFinding({ code, ...told }: AgainstPolicy): Finding<PolicyCode> {
  return findingOf({ code, group: 'policy', ...WORDS[code] }, told);
}
