/** The descriptions of the tensors: names, dimensions, types. */

import { type TensorType, tensorTypesById } from '../../formats/tensor-types.js';
import type { Tensor } from '../../gguf/data-layout.js';
import { exactName } from '../../gguf/exact-text.js';
import { MAX_DIMENSIONS, MAX_TENSOR_NAME_BYTES } from '../../gguf/limits.js';
import type { TensorInfo } from '../../gguf/tensor-infos.js';
import { anyFile, ofLlamaCpp } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { shortened, tensorPlace } from '../place.js';
import { repeated } from '../repeated.js';

export const TENSOR_INFO_CHECKS = [
  /** ggml keeps names in 64 bytes, the last of which is a zero; stable-diffusion.cpp and the readers in Python have room for longer ones. */
  defineCheck({
    code: 'tensor-name-too-long',
    group: 'format',
    level: 'error',
    says: 'the tensor name has {bytes} bytes; ggml keeps {most}',
    appliesTo: ofLlamaCpp,
    judge({ file }) {
      return file.tensors
        .map((tensor) => ({ tensor, bytes: exactName(tensor).length }))
        .filter(({ bytes }) => bytes > MAX_TENSOR_NAME_BYTES)
        .map(({ tensor, bytes }) => ({
          place: tensorPlace(tensor),
          facts: { bytes, most: MAX_TENSOR_NAME_BYTES },
        }));
    },
  }),
  /** Which of two tensors of one name a loader takes is chance. */
  defineCheck({
    code: 'duplicate-tensor',
    group: 'format',
    level: 'error',
    says: 'the tensor {name} appears in the file more than once',
    appliesTo: anyFile,
    judge({ file }) {
      return repeated(file.tensors, nameInGgml).map((tensor) => ({
        place: tensorPlace(tensor),
        facts: { name: shortened(tensor.name) },
      }));
    },
  }),
  /** A count that ggml has no room for, even where the last dimensions are 1; stable-diffusion.cpp and the readers in Python take more. */
  defineCheck({
    code: 'too-many-dimensions',
    group: 'format',
    level: 'error',
    says: 'the tensor has {dimensions} dimensions; ggml has {most}',
    appliesTo: ofLlamaCpp,
    judge({ file }) {
      return file.tensors
        .filter(({ dimensions }) => dimensions.length > MAX_DIMENSIONS)
        .map((tensor) => ({
          place: tensorPlace(tensor),
          facts: { dimensions: tensor.dimensions.length, most: MAX_DIMENSIONS },
        }));
    },
  }),
  /** An id beyond ggml's table that no known fork has used either. */
  defineCheck({
    code: 'unknown-tensor-type',
    group: 'format',
    level: 'error',
    says: '{count, tensor} of type id {typeId}, {use}; sizes are bounded by the next offset',
    hint: 'made by a newer version or by a fork; a loader that does not know the id refuses the file',
    appliesTo: anyFile,
    judge({ file }) {
      return usesOfTypes(file.tensors, (type) => type === undefined).map(({ first, count }) => ({
        place: tensorPlace(first),
        facts: { typeId: first.typeId, use: formerUse(first.typeId), count },
      }));
    },
  }),
  /** Ids that ggml's table still has, with blocks of no elements; its reader refuses them for that. */
  defineCheck({
    code: 'removed-tensor-type',
    group: 'format',
    level: 'error',
    says: '{count, tensor} of type {type}, which ggml no longer loads',
    hint: '{remedy}',
    appliesTo: anyFile,
    judge({ file }) {
      return usesOfTypes(file.tensors, (type) => type?.status === 'removed').map(({ type, first, count }) => ({
        place: tensorPlace(first),
        facts: { type: type!.name, count, remedy: remedyForRemoved(type!) },
      }));
    },
  }),
  /** Ids beyond ggml's table, and ids of the table in files whose offsets fit only to what a fork means by them. */
  defineCheck({
    code: 'fork-tensor-type',
    group: 'format',
    level: 'error',
    says: '{count, tensor} of type {type}, which only {fork} loads',
    hint: '{remedy}',
    appliesTo: anyFile,
    judge({ file }) {
      return usesOfTypes(file.tensors, (type) => type?.status === 'fork').map(({ type, first, count }) => ({
        place: tensorPlace(first),
        facts: { type: type!.name, fork: type!.fork ?? 'a fork', count, remedy: remedyForFork(type!) },
      }));
    },
  }),
  /** The first dimension is cut into blocks. A tensor of no dimensions is a row of one element; an empty one has rows all the same. */
  defineCheck({
    code: 'row-not-whole-blocks',
    group: 'format',
    level: 'error',
    says: 'rows of {row} elements are not whole blocks of {block} ({type})',
    appliesTo: anyFile,
    judge({ file }) {
      return file.tensors
        .filter((tensor) => tensor.type !== undefined && rowOf(tensor) % tensor.type.blockElements !== 0)
        .map((tensor) => ({
          place: tensorPlace(tensor),
          facts: { row: rowOf(tensor), block: tensor.type!.blockElements, type: tensor.type!.name },
        }));
    },
  }),
];

/** What is known of an id that no type fits. */
function formerUse(typeId: number): string {
  const [former] = tensorTypesById(typeId);
  return former === undefined
    ? 'which no known version of ggml uses'
    : `once that of ${former.name}, but the room between the tensors is not that of ${former.name}`;
}

/** The types of 2023 were gone before the first GGUF; the others are orders of rows. */
function remedyForRemoved({ interleavedRows }: TensorType): string {
  return interleavedRows === undefined
    ? 'quantize the model again from its original; the type was removed before GGUF came'
    : 'quantize the model again from its original; repacking now happens when a model is loaded';
}

function remedyForFork({ fork }: TensorType): string {
  return fork === 'Ollama'
    ? 'made by Ollama, and whole: llama.cpp refuses the type. Run it with Ollama, or take a conversion for llama.cpp, where MXFP4 has id 39'
    : 'run it with that fork, or take a file in a standard type';
}

/** ggml keeps names as C strings: a NUL and what follows it is lost. */
function nameInGgml(tensor: TensorInfo): string {
  const name = exactName(tensor);
  const end = name.indexOf('\0');
  return end < 0 ? name : name.slice(0, end);
}

function rowOf({ dimensions }: Tensor): number {
  return dimensions[0] ?? 1;
}

interface TensorTypeUse {
  type: TensorType | undefined;
  first: Tensor;
  count: number;
}

/** The types that a rule asks for, each with its first tensor and the number of its tensors, in the order of the first ones. Types are told apart by their ids. */
function usesOfTypes(
  tensors: readonly Tensor[],
  isAskedFor: (type: TensorType | undefined) => boolean,
): TensorTypeUse[] {
  const uses = new Map<number, TensorTypeUse>();
  for (const first of tensors) {
    const { type, typeId } = first;
    const use = uses.get(typeId);
    if (use) use.count++;
    else if (isAskedFor(type)) uses.set(typeId, { type, first, count: 1 });
  }
  return [...uses.values()];
}
