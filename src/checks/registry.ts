/** All checks, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Finding } from '../gguf/finding.js';
import type { Model } from '../model/model.js';
import type { Check } from './check.js';
import { fallbackTypes } from './fallback-types.js';
import { labelDisagrees } from './label-disagrees.js';
import { noArchitecture } from './no-architecture.js';
import { unknownTensorNames } from './unknown-tensor-names.js';

export const CHECKS: readonly Check[] = [noArchitecture, unknownTensorNames, labelDisagrees, fallbackTypes];

/** What the reading came across, then what the checks say. */
export function judge(model: Model): Finding[] {
  return [...model.file.findings, ...CHECKS.flatMap((check) => check.judge(model))];
}
