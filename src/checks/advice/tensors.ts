/** Checks the names and types of tensors: unknown names, and types that do not match the label. */

import { needsImatrix } from '../../formats/file-types.js';
import { LAST_FALLBACK, TENSOR_TYPES, tensorTypeByName } from '../../formats/tensor-types.js';
import { isMatrix, mainType, readLabel } from '../../model/label.js';
import type { Model, ModelTensor } from '../../model/model.js';
import { typeName } from '../../model/totals.js';
import { ofLlamaCpp } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { listed } from '../listed.js';

/**
 * Smallest share of matrices that a mix keeps in the type of its name. If query, key and value are one matrix, Q3_K_L gives more bits to
 * three of four matrices in a layer.
 */
const LEAST_OF_A_MIX = 0.2;

/**
 * Types that the quantizer uses if the row length is not a multiple of the block of the intended type (llama.cpp, tensor_type_fallback): a
 * type with blocks of 32, or F16 if these do not fit either.
 */
const FALLBACKS: ReadonlySet<string | null> = new Set([...TENSOR_TYPES.map(({ fallback }) => fallback), LAST_FALLBACK]);

/** Fallbacks from the superblock types that the quantizer intends only for the embedding and the output. */
const FALLBACKS_OF_ENDS: ReadonlySet<string | null> = new Set([
  tensorTypeByName('Q4_K').fallback,
  tensorTypeByName('Q6_K').fallback,
  LAST_FALLBACK,
]);

/** Types without a mix: the embedding and the output also have the label's type, or intentionally Q8_0. */
const UNMIXED: ReadonlySet<string> = new Set(['F32', 'F16', 'BF16', 'Q8_0', 'MXFP4', 'NVFP4']);

/** Elements in a block of the types with superblocks (Q2_K to Q6_K and most IQ types). */
const SUPERBLOCK = 256;

interface Fallen {
  tensor: ModelTensor;
  /** Elements in a block of the intended type, and the name of that type. */
  block: number;
  wanted: string;
}

/** Matrices in a fallback type, because their row length is not a multiple of the block of the label's type. */
function fallenBack(model: Model): Fallen[] {
  const main = tensorTypeByName(readLabel(model)?.fileType?.main ?? '');
  if (main === undefined || main.blockElements === 1) return [];
  const fallen: Fallen[] = [];
  for (const tensor of model.tensors) {
    if (!isMatrix(tensor) || typeName(tensor) === main.name) continue;
    // For these two the quantizer intends a superblock type, whatever the label.
    const ends = ['output', 'token-embedding'].includes(tensor.classified.role) && !UNMIXED.has(main.name);
    const superblock = ends && FALLBACKS_OF_ENDS.has(typeName(tensor));
    if (!superblock && !FALLBACKS.has(typeName(tensor))) continue;
    const block = superblock ? SUPERBLOCK : main.blockElements;
    const wanted = block === main.blockElements ? main.name : 'a K type';
    if ((tensor.dimensions[0] as number) % block !== 0) fallen.push({ tensor, block, wanted });
  }
  return fallen;
}

/** The quantizer does not require an importance matrix for these. */
const EXEMPT: ReadonlySet<string> = new Set(['token-embedding', 'output']);

export const TENSOR_ADVICE = [
  /** Names for which the classifier has no role: they are counted and shown; their role is not guessed. */
  defineCheck({
    code: 'unknown-tensor-names',
    group: 'advice',
    level: 'advice',
    says: '{count, tensor} with names that no known architecture uses, such as {example}',
    hint: 'a newer llama.cpp may know them, and other programs use other names',
    appliesTo: ofLlamaCpp,
    explains: true,
    judge({ model: { tensors } }) {
      const unknown = tensors.filter(({ classified }) => classified.role === 'unknown');
      const [first] = unknown;
      if (first === undefined) return [];
      const place = { offset: first.offset, tensor: first.name };
      return [
        {
          place,
          facts: { count: unknown.length, example: first.name || 'an empty name' },
        },
      ];
    },
  }),
  /**
   * The label names one type, but most of the file has another. The label's type must be first by number of matrices or by bytes; in a mix,
   * which gives many matrices more bits, a minimum share is enough. Fallbacks have a separate finding and do not count.
   */
  defineCheck({
    code: 'label-disagrees',
    group: 'advice',
    level: 'advice',
    says: 'labeled {label}, but most of its matrix bytes are {actual} ({share} %)',
    hint: 'trust the types of the tensors, not the label',
    appliesTo: ofLlamaCpp,
    explains: true,
    judge({ model }) {
      const label = readLabel(model);
      const main = tensorTypeByName(label?.fileType?.main ?? '');
      if (main === undefined) return [];
      const fallen = new Set(fallenBack(model).map(({ tensor }) => tensor));
      const matrices = model.tensors.filter((tensor) => isMatrix(tensor) && !fallen.has(tensor));
      const actual = mainType(matrices);
      if (actual === null || actual.type === main.name) return [];
      // The mix MXFP4_MOE uses MXFP4 only for experts and Q8_0 for everything else, which in a dense model is everything.
      if (main.name === 'MXFP4' && actual.type === 'Q8_0') return [];

      const counts = new Map<string, number>();
      for (const tensor of matrices) counts.set(typeName(tensor), (counts.get(typeName(tensor)) ?? 0) + 1);
      const own = counts.get(main.name) ?? 0;
      // In a small model the few matrices that a mix gives more bits (the embedding, the output) can be larger than all others together.
      if (own > 0 && own === Math.max(...counts.values())) return [];
      if (main.blockElements === 256 && own >= matrices.length * LEAST_OF_A_MIX) return [];
      const facts = { label: label!.fileType!.name, actual: actual.type, share: Math.round(actual.share * 100) };
      return [{ place: { key: 'general.file_type' }, facts }];
    },
  }),
  defineCheck({
    code: 'fallback-types',
    group: 'advice',
    level: 'advice',
    says: '{count, tensor} fell back to {types}: rows of {row} are not a multiple of {block}, the block of {main}',
    hint: 'the file is larger than its label suggests',
    appliesTo: ofLlamaCpp,
    explains: true,
    judge({ model }) {
      const fallen = fallenBack(model);
      const [first] = fallen;
      if (first === undefined) return [];
      const facts = {
        count: fallen.length,
        types: [...new Set(fallen.map(({ tensor }) => typeName(tensor)))].join(', '),
        row: [...new Set(fallen.map(({ tensor }) => tensor.dimensions[0]))].slice(0, 4).join(', '),
        block: first.block,
        main: first.wanted,
      };
      const place = { offset: first.tensor.offset, tensor: first.tensor.name };
      return [{ place, facts }];
    },
  }),
  /** Matrices with very few bits, but the metadata does not mention an importance matrix, without which such a model is hardly usable. */
  defineCheck({
    code: 'missing-imatrix',
    group: 'advice',
    level: 'advice',
    says: '{count, tensor} of {types}, but the file names no importance matrix',
    hint: 'with so few bits a model is hardly usable without one; use a file that names its importance matrix (quantize.imatrix.*)',
    appliesTo: ofLlamaCpp,
    judge({ model }) {
      if (model.file.metadata.some(({ key }) => key.startsWith('quantize.imatrix.'))) return [];
      const fileType = readLabel(model)?.fileType;
      const wanting = model.tensors.filter((tensor) => {
        if (!isMatrix(tensor) || EXEMPT.has(tensor.classified.role)) return false;
        return needsImatrix(tensor.type, fileType);
      });
      const [first] = wanting;
      if (first === undefined) return [];
      const place = { offset: first.offset, tensor: first.name };
      return [{ place, facts: { count: wanting.length, types: listed(wanting.map(typeName)) } }];
    },
  }),
];
