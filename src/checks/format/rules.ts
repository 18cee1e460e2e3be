/** The rules of the group `format`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';
import { alignmentNotPowerOfTwo } from './alignment-not-power-of-two.js';
import { alignmentUnusable } from './alignment-unusable.js';
import { alignmentWrongType } from './alignment-wrong-type.js';
import { byteOrderSwapped } from './byte-order-swapped.js';
import { dataAbsent } from './data-absent.js';
import { dataTruncated } from './data-truncated.js';
import { duplicateKey } from './duplicate-key.js';
import { duplicateTensor } from './duplicate-tensor.js';
import { emptyKey } from './empty-key.js';
import { forkTensorType } from './fork-tensor-type.js';
import { keyTooLong } from './key-too-long.js';
import { nestedArray } from './nested-array.js';
import { offsetMisaligned } from './offset-misaligned.js';
import { offsetUnexpected } from './offset-unexpected.js';
import { paddingAbsent } from './padding-absent.js';
import { removedTensorType } from './removed-tensor-type.js';
import { rowNotWholeBlocks } from './row-not-whole-blocks.js';
import { surplusBytes } from './surplus-bytes.js';
import { tensorNameTooLong } from './tensor-name-too-long.js';
import { tensorsOverlap } from './tensors-overlap.js';
import { tooManyDimensions } from './too-many-dimensions.js';
import { unknownTensorType } from './unknown-tensor-type.js';
import { version1 } from './version-1.js';

export const FORMAT_RULES: readonly Check[] = [
  // The header and the metadata.
  version1,
  byteOrderSwapped,
  emptyKey,
  keyTooLong,
  duplicateKey,
  nestedArray,
  alignmentUnusable,
  alignmentWrongType,
  alignmentNotPowerOfTwo,
  // The tensor infos.
  tensorNameTooLong,
  duplicateTensor,
  tooManyDimensions,
  unknownTensorType,
  removedTensorType,
  forkTensorType,
  rowNotWholeBlocks,
  // The places of the data.
  offsetUnexpected,
  offsetMisaligned,
  tensorsOverlap,
  dataAbsent,
  paddingAbsent,
  dataTruncated,
  surplusBytes,
];
