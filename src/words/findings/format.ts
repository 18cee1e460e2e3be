/** Findings about the format: what llama.cpp's own reader of GGUF files would refuse, or what any reader stumbles over. */

import type { FindingWords } from './finding-words.js';

export const FORMAT_FINDINGS = {
  // Only the reading itself sees these bytes.
  'invalid-utf8': { level: 'warning', says: '{what} holds bytes that are not UTF-8; they are shown as \uFFFD' },
  'bool-not-0-or-1': {
    level: 'warning',
    says: '{what} holds a bool that is neither 0 nor 1; it is read as true',
    hint: 'the specification calls such a file invalid; the reference loads it',
  },

  // The header and the metadata.
  'version-1': {
    level: 'error',
    says: 'GGUF version 1, which current llama.cpp refuses',
    hint: 'convert the model again, or load and save it with a tool of 2023',
  },
  'byte-order-swapped': {
    level: 'error',
    says: 'the file is big-endian; llama.cpp on a little-endian machine refuses it',
    hint: 'convert it with gguf_convert_endian.py of llama.cpp, or run it on a big-endian machine',
  },
  'empty-key': { level: 'error', says: 'metadata entry {index} has an empty key' },
  'key-too-long': {
    level: 'warning',
    says: 'a key of {bytes} bytes; the specification allows {most}',
  },
  'duplicate-key': { level: 'error', says: 'the key {key} stands in the file more than once; the first value is used' },
  'nested-array': { level: 'error', says: 'an array of arrays, which llama.cpp does not read' },
  'duplicate-tensor': { level: 'error', says: 'the tensor {name} stands in the file more than once' },
  'tensor-name-too-long': { level: 'error', says: 'the tensor name has {bytes} bytes; ggml keeps {most}' },
  'too-many-dimensions': { level: 'error', says: 'the tensor has {dimensions} dimensions; ggml has {most}' },
  'alignment-unusable': {
    level: 'error',
    says: 'general.alignment cannot be used ({found}); {used} is assumed',
    hint: 'every offset depends on it: sizes and places below hold only if the assumption does',
  },
  'alignment-wrong-type': { level: 'error', says: 'general.alignment is of type {type}; the reference reads u32 only' },
  'alignment-not-power-of-two': { level: 'error', says: 'general.alignment is {alignment}, not a power of two' },

  // The tensor infos against the format's own arithmetic.
  'unknown-tensor-type': {
    level: 'error',
    says: '{count, tensor} of type id {typeId}, which no known version of ggml uses; sizes are bounded by the next offset',
    hint: 'made by a newer version or by a fork; a loader that does not know the id refuses the file',
  },
  'removed-tensor-type': {
    level: 'error',
    says: '{count, tensor} of type {type}, which ggml no longer loads',
    hint: 'quantize the model again from its original; repacking now happens when a model is loaded',
  },
  'fork-tensor-type': {
    level: 'error',
    says: '{count, tensor} of type {type}, which only {fork} loads',
    hint: 'run it with that fork, or take a file in a standard type',
  },
  'row-not-whole-blocks': { level: 'error', says: 'rows of {row} elements are not whole blocks of {block} ({type})' },
  'offset-unexpected': {
    level: 'error',
    says: 'data offset {found} where the tensors before it end at {expected} ({count, tensor} out of place)',
    hint: 'the reference demands that tensors follow each other in order, each padded to the alignment',
  },
  'offset-misaligned': {
    level: 'error',
    says: 'data offset {found} is no multiple of the alignment {alignment} ({count, tensor})',
  },
  'tensors-overlap': { level: 'error', says: 'its data begins before that of {other} ends' },
  'data-absent': {
    level: 'error',
    says: 'the file holds the header only: {missing, bytes} of tensor data are not there',
    hint: 'enough to explain the model, not to run it',
  },
  'padding-absent': {
    level: 'error',
    says: 'the file ends {missing, bytes} before the place of its tensor data; llama.cpp goes there even where all tensors are empty',
  },
  'data-truncated': {
    level: 'error',
    says: 'the file ends {missing, bytes} too early: {count, tensor} incomplete ({size} of {needed} bytes)',
    hint: 'the download was cut short; fetch the file again',
  },
  'surplus-bytes': {
    level: 'advice',
    says: '{surplus, bytes} behind the last tensor belong to nothing that the header names',
  },
} as const satisfies Record<string, FindingWords>;
