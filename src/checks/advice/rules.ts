/** The rules of the group `advice`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';
import { fallbackTypes } from './fallback-types.js';
import { labelDisagrees } from './label-disagrees.js';
import { unknownTensorNames } from './unknown-tensor-names.js';

export const ADVICE_RULES: readonly Check[] = [unknownTensorNames, labelDisagrees, fallbackTypes];
