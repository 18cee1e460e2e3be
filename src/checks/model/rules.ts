/** The rules of the group `model`, in the order in which their findings are told. One file each; a test holds this list against the folder. */

import type { Check } from '../check.js';
import { adapterAlphaMissing } from './adapter-alpha-missing.js';
import { adapterBaseUnnamed } from './adapter-base-unnamed.js';
import { adapterMisfit } from './adapter-misfit.js';
import { adapterPairIncomplete } from './adapter-pair-incomplete.js';
import { adapterRanksDisagree } from './adapter-ranks-disagree.js';
import { adapterTensorUnexpected } from './adapter-tensor-unexpected.js';
import { adapterTypeWrong } from './adapter-type-wrong.js';
import { expertCountDisagrees } from './expert-count-disagrees.js';
import { expertsUsedWrong } from './experts-used-wrong.js';
import { fileTypeUnknown } from './file-type-unknown.js';
import { headLengthUneven } from './head-length-uneven.js';
import { headsUneven } from './heads-uneven.js';
import { keyMissing } from './key-missing.js';
import { keyWrongType } from './key-wrong-type.js';
import { mergesMissing } from './merges-missing.js';
import { missingTensors } from './missing-tensors.js';
import { noArchitecture } from './no-architecture.js';
import { perLayerLength } from './per-layer-length.js';
import { preTokenizerMissing } from './pre-tokenizer-missing.js';
import { projectionDisagrees } from './projection-disagrees.js';
import { projectorMisfit } from './projector-misfit.js';
import { projectorTypeMissing } from './projector-type-missing.js';
import { projectorTypeUnknown } from './projector-type-unknown.js';
import { quantizationVersionMissing } from './quantization-version-missing.js';
import { quantizationVersionUnknown } from './quantization-version-unknown.js';
import { ropeDimensionsWrong } from './rope-dimensions-wrong.js';
import { shapeDisagrees } from './shape-disagrees.js';
import { shardAlone } from './shard-alone.js';
import { shardKeysWrong } from './shard-keys-wrong.js';
import { shardMissing } from './shard-missing.js';
import { shardNameDisagrees } from './shard-name-disagrees.js';
import { shardSurplus } from './shard-surplus.js';
import { shardTensorRepeated } from './shard-tensor-repeated.js';
import { shardTensorTotal } from './shard-tensor-total.js';
import { shardsMixed } from './shards-mixed.js';
import { specialTokenOutOfRange } from './special-token-out-of-range.js';
import { surplusTensors } from './surplus-tensors.js';
import { tokenDataLong } from './token-data-long.js';
import { tokenDataShort } from './token-data-short.js';
import { tokenListMissing } from './token-list-missing.js';
import { tokenTypeUnknown } from './token-type-unknown.js';
import { tokenizerMissing } from './tokenizer-missing.js';
import { unevenLayers } from './uneven-layers.js';
import { unknownArchitecture } from './unknown-architecture.js';
import { unknownPreTokenizer } from './unknown-pre-tokenizer.js';
import { unknownTokenizer } from './unknown-tokenizer.js';
import { valueOutOfRange } from './value-out-of-range.js';
import { vocabularyDisagrees } from './vocabulary-disagrees.js';

export const MODEL_RULES: readonly Check[] = [
  noArchitecture,
  unknownArchitecture,
  missingTensors,
  surplusTensors,
  unevenLayers,
  keyMissing,
  keyWrongType,
  valueOutOfRange,
  perLayerLength,
  headsUneven,
  headLengthUneven,
  ropeDimensionsWrong,
  expertsUsedWrong,
  vocabularyDisagrees,
  shapeDisagrees,
  expertCountDisagrees,
  tokenizerMissing,
  unknownTokenizer,
  unknownPreTokenizer,
  preTokenizerMissing,
  tokenListMissing,
  mergesMissing,
  tokenDataShort,
  tokenDataLong,
  tokenTypeUnknown,
  specialTokenOutOfRange,
  fileTypeUnknown,
  quantizationVersionMissing,
  quantizationVersionUnknown,
  shardAlone,
  shardMissing,
  shardSurplus,
  shardKeysWrong,
  shardNameDisagrees,
  shardsMixed,
  shardTensorTotal,
  shardTensorRepeated,
  projectorTypeMissing,
  projectorTypeUnknown,
  projectionDisagrees,
  projectorMisfit,
  adapterTypeWrong,
  adapterAlphaMissing,
  adapterPairIncomplete,
  adapterRanksDisagree,
  adapterTensorUnexpected,
  adapterBaseUnnamed,
  adapterMisfit,
];
