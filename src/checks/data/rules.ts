/** The rules of the group `data`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { ValueCheck } from '../value-check.js';
import { brokenScales } from './broken-scales.js';
import { constantTensor } from './constant-tensor.js';
import { infiniteValues } from './infinite-values.js';
import { nanValues } from './nan-values.js';
import { outlyingLayer } from './outlying-layer.js';
import { valuesUnread } from './values-unread.js';
import { zeroRows } from './zero-rows.js';
import { zeroScales } from './zero-scales.js';
import { zeroTensor } from './zero-tensor.js';

export const VALUE_RULES: readonly ValueCheck[] = [
  nanValues,
  infiniteValues,
  brokenScales,
  zeroTensor,
  zeroRows,
  zeroScales,
  constantTensor,
  outlyingLayer,
  valuesUnread,
];
