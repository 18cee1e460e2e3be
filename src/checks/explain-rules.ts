/**
 * The rules that the page of `explain` tells: what explains its numbers and names. Whether the model is sound and well published is for
 * `check` to say, and loading all its tables would cost `explain` more than reading a header.
 */

import { boundedFindings } from '../gguf/bounded-findings.js';
import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import { fallbackTypes } from './advice/fallback-types.js';
import { labelDisagrees } from './advice/label-disagrees.js';
import { unknownTensorNames } from './advice/unknown-tensor-names.js';
import { type Check, NO_SURROUNDINGS } from './check.js';
import { FORMAT_RULES } from './format/rules.js';
import { noArchitecture } from './model/no-architecture.js';

const OF_THE_MODEL: readonly Check[] = [noArchitecture, unknownTensorNames, labelDisagrees, fallbackTypes];

/** What the reading came across, then what these rules say. */
export function remark(model: Model): Finding[] {
  return [...remarkFile(model), ...remarkModel(model)];
}

/** What there is to say of a file as a file, whether it is a model by itself or a part of one. */
export function remarkFile(model: Model): Finding[] {
  return [
    ...model.file.findings,
    ...FORMAT_RULES.flatMap((rule) => boundedFindings(rule.judge(model, NO_SURROUNDINGS))),
  ];
}

/** What there is to say of a model, whatever the number of its files. */
export function remarkModel(model: Model): Finding[] {
  return OF_THE_MODEL.flatMap((rule) => boundedFindings(rule.judge(model, NO_SURROUNDINGS)));
}
