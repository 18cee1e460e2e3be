/** The rules of the group `format`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';

export const FORMAT_RULES: readonly Check[] = [];
