/** Checks the tensor infos: names, dimensions, types. */

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
  /** ggml stores names in 64 bytes including the final zero; stable-diffusion.cpp and the Python readers accept longer names. */
  defineCheck({
    code: 'tensor-name-too-long',
    group: 'format',
    level: 'error',
    says: 'the tensor name has {bytes} bytes; ggml keeps at most {most}',
    hint: 'llama.cpp refuses the file; convert the model again with the converter of llama.cpp',
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
  /** If two tensors have the same name, it depends on the loader which one it uses. */
  defineCheck({
    code: 'duplicate-tensor',
    group: 'format',
    level: 'error',
    says: 'the tensor name "{name}" appears in the file more than once',
    hint: 'llama.cpp refuses the file; convert the model again',
    appliesTo: anyFile,
    judge({ file }) {
      return repeated(file.tensors, nameInGgml).map((tensor) => ({
        place: tensorPlace(tensor),
        facts: { name: shortened(tensor.name) },
      }));
    },
  }),
  /** More dimensions than ggml supports, even if the last ones are 1; stable-diffusion.cpp and the Python readers accept more. */
  defineCheck({
    code: 'too-many-dimensions',
    group: 'format',
    level: 'error',
    says: 'the tensor has {dimensions} dimensions; ggml supports at most {most}',
    hint: 'llama.cpp refuses the file; a converter has to reshape the tensor',
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
  /** An id that is in neither ggml's table nor that of a known fork. */
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
  /** Ids that ggml's table still contains with a block size of 0; its reader refuses them for that reason. */
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
  /** Ids beyond ggml's table, and ids in the table if the file's offsets fit only the meaning that a fork gives them. */
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
  /** The first dimension is divided into blocks. A tensor without dimensions is a row of one element; an empty tensor still has rows. */
  defineCheck({
    code: 'row-not-whole-blocks',
    group: 'format',
    level: 'error',
    says: 'rows of {row} elements are not whole blocks of {block} ({type})',
    hint: 'llama.cpp refuses the file; quantize the model again with its quantizer, which takes another type for such rows',
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

/** The former use of an id that has no type today. */
function formerUse(typeId: number): string {
  const [former] = tensorTypesById(typeId);
  return former === undefined
    ? 'which no known version of ggml uses'
    : `formerly ${former.name}, but the space between the tensors does not match ${former.name}`;
}

/** The types of 2023 were removed before the first GGUF; the other removed types are interleaved rows of a type that still exists. */
function remedyForRemoved({ interleavedRows }: TensorType): string {
  return interleavedRows === undefined
    ? 'quantize the model again from its original; the type was removed before GGUF existed'
    : 'quantize the model again from its original; repacking now happens when a model is loaded';
}

function remedyForFork({ fork }: TensorType): string {
  return fork === 'Ollama'
    ? 'the file is complete and made by Ollama: llama.cpp refuses the type. Run it with Ollama, or use a file converted for llama.cpp, where MXFP4 has id 39'
    : 'run it with that fork, or use a file with standard types';
}

/** ggml stores names as C strings: a NUL and everything after it is lost. */
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

/**
 * The types that match a condition, each with its first tensor and the number of its tensors, in the order of the first tensors. Types are
 * distinguished by their ids.
 */
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
