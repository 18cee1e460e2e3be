/**
 * The mixes: the type that llama.cpp's quantizer gives a matrix, for each file type and category (llama-quant.cpp,
 * llama_tensor_get_type_impl). A row states only deviations from the file type's main type.
 */

import type { WrittenFileType } from '../../formats/file-types.js';
import type { TensorTypeName } from '../../formats/tensor-types.js';
import type { Category } from './category.js';

/** The other facts that the choice depends on. */
export interface Situation {
  /** Index of the tensor among those of its category, or its layer if the model has experts; from 0. */
  index: number;
  /** Number of indexes. */
  count: number;
  /** Number of matrices of the category processed before, in any layer. */
  before: number;
  /** Query heads per KV head; 0 if the first layer has no attention. */
  queriesPerKey: number;
  experts: number;
  /** Falcon has its own rules. */
  falcon: boolean;
  /** Whether an importance matrix is given. */
  imatrix: boolean;
}

/** A type, or a function that decides; undefined: the main type of the file type. */
type Choice = TensorTypeName | ((situation: Situation) => TensorTypeName | undefined);
type Mix = Readonly<Partial<Record<Category, Choice>>>;

/** The first and the last eighth of the layers, and every third in between. */
const isSensitive = ({ index, count }: Situation) =>
  index < Math.floor(count / 8) || index >= Math.floor((7 * count) / 8) || (index - Math.floor(count / 8)) % 3 === 2;
const isInFirst = (part: number, { index, count }: Situation) => index < Math.floor(count / part);
const sharesKeys = ({ queriesPerKey }: Situation) => queriesPerKey >= 4;

/** With eight experts (Mixtral), attention is small compared with the rest and gets more bits. */
const eightExperts = ({ experts }: Situation) => experts === 8;

const moreWhereSensitive =
  (type: TensorTypeName): Choice =>
  (situation) =>
    isSensitive(situation) ? type : undefined;
const whereKeysAreShared =
  (type: TensorTypeName, otherwise?: TensorTypeName): Choice =>
  (situation) =>
    sharesKeys(situation) ? type : otherwise;
/** The attention output: `type` in dense models, `withExperts` with eight experts; Falcon keeps the main type or has its own type. */
const attentionOutput =
  (type?: TensorTypeName, withExperts: TensorTypeName | null = 'Q5_K', falcon?: TensorTypeName): Choice =>
  (situation) => {
    if (situation.falcon) return falcon;
    return eightExperts(situation) ? (withExperts ?? undefined) : type;
  };

/** The mixes below 2.5 bits share their rules; they differ in what the sensitive matrices get. */
function lowest(better: TensorTypeName, output?: TensorTypeName): Mix {
  return {
    'attention value': (situation) => (sharesKeys(situation) || situation.experts >= 4 ? 'Q4_K' : better),
    'attention key': (situation) => (eightExperts(situation) ? 'Q4_K' : undefined),
    'feed-forward down': ({ before, count }) => (before < Math.floor(count / 8) ? better : undefined),
    'attention output': (situation) => (eightExperts(situation) ? 'Q5_K' : output),
  };
}

const IQ3_XS_MIDDLE: Choice = ({ index, count }) =>
  index >= Math.floor(count / 8) && index < Math.floor((7 * count) / 8) ? 'IQ3_XXS' : undefined;
const IQ4: Mix = {
  'attention value': whereKeysAreShared('Q5_K'),
  'feed-forward down': (situation) => (isInFirst(8, situation) && !situation.imatrix ? 'Q5_K' : undefined),
  'attention output': attentionOutput(),
};
/** With an importance matrix, rounding to these two types can go wrong in the first layers. */
const guarded = (type: TensorTypeName): Mix => ({
  'feed-forward down': (situation) => (situation.imatrix && isInFirst(8, situation) ? type : undefined),
});

/** Null if every matrix gets the main type (the output has its own rule). */
export const MIXES: Readonly<Record<WrittenFileType, Mix | null>> = {
  F32: null,
  F16: null,
  BF16: null,
  Q8_0: null,
  Q4_1: null,
  Q5_1: null,
  Q5_K_S: null,
  Q6_K: null,
  Q1_0: null,
  MXFP4_MOE: null, // Its rule is about experts, not categories: target-types.ts.
  Q4_0: guarded('Q4_1'),
  Q5_0: guarded('Q5_1'),
  Q2_K: {
    'attention value': whereKeysAreShared('Q4_K', 'Q3_K'),
    'feed-forward down': 'Q3_K',
    'attention output': attentionOutput('Q3_K'),
  },
  Q2_K_S: {
    'attention value': whereKeysAreShared('Q4_K'),
    'feed-forward down': (situation) => (isInFirst(8, situation) ? 'Q4_K' : undefined),
  },
  Q3_K_S: { 'attention output': attentionOutput() },
  Q3_K_M: {
    'attention value': ({ before }) => (before < 2 ? 'Q5_K' : 'Q4_K'),
    'feed-forward down': (situation) => {
      if (isInFirst(16, situation)) return 'Q5_K';
      return !situation.falcon || isSensitive(situation) ? 'Q4_K' : 'Q3_K';
    },
    'attention output': attentionOutput('Q4_K'),
  },
  Q3_K_L: {
    'attention value': 'Q5_K',
    'feed-forward down': ({ falcon }) => (falcon ? 'Q4_K' : 'Q5_K'),
    'attention output': attentionOutput('Q5_K', null, 'Q4_K'),
  },
  Q4_K_S: {
    'attention value': ({ before }) => (before < 4 ? 'Q5_K' : undefined),
    'feed-forward down': (situation) => (!situation.falcon && isInFirst(8, situation) ? 'Q5_K' : undefined),
    'attention output': attentionOutput(),
  },
  Q4_K_M: {
    'attention value': moreWhereSensitive('Q6_K'),
    'feed-forward down': (situation) => {
      if (!situation.falcon) return isSensitive(situation) ? 'Q6_K' : undefined;
      if (isInFirst(16, situation)) return 'Q6_K';
      return isSensitive(situation) ? 'Q5_K' : 'Q4_K';
    },
    'attention output': attentionOutput(),
  },
  Q5_K_M: { 'attention value': moreWhereSensitive('Q6_K'), 'feed-forward down': moreWhereSensitive('Q6_K') },
  IQ4_NL: IQ4,
  IQ4_XS: IQ4,
  IQ3_S: { 'attention value': whereKeysAreShared('Q4_K'), 'attention output': attentionOutput() },
  IQ3_M: {
    'attention value': 'Q4_K',
    'feed-forward down': (situation) =>
      isInFirst(8, situation) || (eightExperts(situation) && isSensitive(situation)) ? 'Q4_K' : undefined,
    'attention output': attentionOutput('Q4_K'),
  },
  IQ3_XS: {
    'attention value': whereKeysAreShared('Q4_K'),
    'attention key': 'IQ3_XXS',
    'attention query': 'IQ3_XXS',
    'feed-forward gate': IQ3_XS_MIDDLE,
    'feed-forward up': IQ3_XS_MIDDLE,
    'attention output': attentionOutput(),
  },
  IQ3_XXS: {
    'token embedding': 'IQ3_S',
    'attention value': (situation) => {
      if (sharesKeys(situation)) return 'Q4_K';
      return situation.imatrix ? 'IQ3_XXS' : 'IQ3_S';
    },
    'attention key': 'IQ2_S',
    'attention query': 'IQ2_S',
    'feed-forward down': (situation) => {
      if (situation.imatrix) return undefined;
      return isInFirst(8, situation) ? 'Q4_K' : 'Q3_K';
    },
    'attention output': attentionOutput('IQ3_S'),
  },
  IQ2_XXS: { ...lowest('Q2_K'), 'token embedding': 'Q2_K' },
  IQ2_XS: { ...lowest('Q2_K'), 'token embedding': 'Q2_K' },
  IQ2_S: { ...lowest('IQ3_S', 'IQ3_S'), 'token embedding': 'IQ3_S' },
  IQ2_M: { ...lowest('IQ3_S', 'IQ3_S'), 'token embedding': 'IQ3_S' },
  IQ1_S: { ...lowest('Q2_K', 'IQ2_XXS'), 'token embedding': 'Q2_K' },
  IQ1_M: { ...lowest('Q2_K', 'IQ2_XXS'), 'token embedding': 'Q2_K' },
  TQ1_0: { 'token embedding': 'Q4_K' },
  TQ2_0: { 'token embedding': 'Q4_K' },
  Q2_0: { 'token embedding': 'Q4_K' },
};

/** Mixes below 2.5 bits: their output gets fewer bits than that of other mixes, and the rules for 70B and eight experts do not apply. */
export const LOWEST: ReadonlySet<string> = new Set(['IQ1_S', 'IQ1_M', 'IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ2_M']);
