/** The rules of the group `format`, in the order in which their findings are shown. Both `explain` and `check` use all of them. */

import type { Check } from '../define-check.js';
import { ALIGNMENT_CHECKS } from './alignment.js';
import { DATA_END_CHECKS } from './data-end.js';
import { DOWNLOAD_CHECKS } from './download.js';
import { HEADER_CHECKS } from './header.js';
import { METADATA_CHECKS } from './metadata.js';
import { OFFSET_CHECKS } from './offsets.js';
import { TENSOR_INFO_CHECKS } from './tensor-infos.js';

const LIST = [
  ...HEADER_CHECKS,
  ...METADATA_CHECKS,
  ...ALIGNMENT_CHECKS,
  ...TENSOR_INFO_CHECKS,
  ...OFFSET_CHECKS,
  ...DATA_END_CHECKS,
  ...DOWNLOAD_CHECKS,
];

export const FORMAT_RULES: readonly Check<(typeof LIST)[number]['code']>[] = LIST;
