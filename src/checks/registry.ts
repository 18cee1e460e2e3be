/**
 * All rules, in the order in which their findings are shown: by group and, within a group, by theme. `explain` loads only some of them
 * (explain-rules.ts).
 */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import { READING_FINDINGS } from '../gguf/reading-findings.js';
import type { Model } from '../model/model.js';
import { FILE_NAME_CHECKS, NAMING_CONVENTION_CHECKS } from './advice/file-name.js';
import { PUBLICATION_CHECKS } from './advice/publication.js';
import { RENDERED_TEMPLATE_CHECKS } from './advice/rendered-template.js';
import { TEMPLATE_CHECKS } from './advice/template.js';
import { TENSOR_ADVICE } from './advice/tensors.js';
import { TEXT_AMOUNT_CHECKS } from './advice/text-amounts.js';
import { TEXT_CHECKS } from './advice/texts.js';
import { UNKNOWN_KEY_CHECKS } from './advice/unknown-keys.js';
import { VALUE_RULES } from './data/rules.js';
import type { Check } from './define-check.js';
import { FORMAT_RULES } from './format/rules.js';
import { ADAPTER_CHECKS } from './model/adapters.js';
import { ARCHITECTURE_CHECKS } from './model/architecture.js';
import { CONTROL_VECTOR_CHECKS } from './model/control-vectors.js';
import { COUNT_CHECKS } from './model/counts.js';
import { IMPORTANCE_MATRIX_CHECKS } from './model/importance-matrices.js';
import { INVENTORY_CHECKS } from './model/inventory.js';
import { LOADER_KEY_CHECKS } from './model/loader-keys.js';
import { OTHER_PROGRAM_CHECKS } from './model/other-programs.js';
import { PROJECTOR_CHECKS } from './model/projectors.js';
import { QUANTIZATION_CHECKS } from './model/quantization.js';
import { RUNTIME_FORM_CHECKS } from './model/runtime-forms.js';
import { SHAPE_CHECKS } from './model/shapes.js';
import { SHARD_CONTENT_CHECKS } from './model/shard-contents.js';
import { SHARD_CHECKS } from './model/shards.js';
import { TOKEN_LIST_CHECKS } from './model/token-lists.js';
import { TOKENIZER_CHECKS } from './model/tokenizer.js';
import { VECTOR_TYPE_CHECKS } from './model/vector-types.js';
import type { Surroundings } from './surroundings.js';

const MODEL_RULES = [
  ...ARCHITECTURE_CHECKS,
  ...OTHER_PROGRAM_CHECKS,
  ...RUNTIME_FORM_CHECKS,
  ...INVENTORY_CHECKS,
  ...LOADER_KEY_CHECKS,
  ...COUNT_CHECKS,
  ...SHAPE_CHECKS,
  ...VECTOR_TYPE_CHECKS,
  ...TOKENIZER_CHECKS,
  ...TOKEN_LIST_CHECKS,
  ...QUANTIZATION_CHECKS,
  ...SHARD_CHECKS,
  ...SHARD_CONTENT_CHECKS,
  ...PROJECTOR_CHECKS,
  ...ADAPTER_CHECKS,
  ...CONTROL_VECTOR_CHECKS,
  ...IMPORTANCE_MATRIX_CHECKS,
];

const ADVICE_RULES = [
  ...TEXT_CHECKS,
  ...TEMPLATE_CHECKS,
  ...RENDERED_TEMPLATE_CHECKS,
  ...TEXT_AMOUNT_CHECKS,
  ...UNKNOWN_KEY_CHECKS,
  ...TENSOR_ADVICE,
  ...FILE_NAME_CHECKS,
  ...PUBLICATION_CHECKS,
  ...NAMING_CONVENTION_CHECKS,
];

const HEADER_RULES = [...FORMAT_RULES, ...MODEL_RULES, ...ADVICE_RULES];

/** The rules about the header. The rules about the numbers of the tensors are `VALUE_RULES`. */
export const RULES: readonly Check<(typeof HEADER_RULES)[number]['code']>[] = HEADER_RULES;

/** All findings that `check` can report about a file, including those of the reader, which have no rule. */
export const CHECK_FINDINGS = [...READING_FINDINGS, ...RULES, ...VALUE_RULES];

/** A code that `check` can report without a policy. */
export type CheckCode = (typeof CHECK_FINDINGS)[number]['code'];

/** The findings of the reader, then those of all rules. */
export function judge(model: Model, surroundings: Surroundings): Finding[] {
  return [...model.file.findings, ...RULES.flatMap((rule) => boundedFindings(rule.judge(model, surroundings)))];
}
