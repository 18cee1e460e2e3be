/** The numbers of the tensors: what only reading all data tells (`--data`). */

import type { FindingWords } from './finding-words.js';

export const DATA_FINDINGS = {
  'nan-values': {
    level: 'error',
    says: '{tensor} holds {nans} NaN among {count, number}',
    hint: 'a NaN spreads to everything computed with it; convert the model again from its source',
  },
  'infinite-values': {
    level: 'error',
    says: '{tensor} holds {infinities} infinite among {count, number}',
    hint: 'they were too large for their format; convert the model again with a wider one (BF16 or F32)',
  },
  'broken-scales': {
    level: 'error',
    says: '{tensor} has {broken} of {blocks, block} with a scale that is NaN or infinite',
    hint: 'all numbers of such a block are lost; quantize the model again, or fetch the file again',
  },
  'zero-tensor': {
    level: 'warning',
    says: '{tensor} is all zeros, {count, number}',
    hint: 'a matrix of zeros passes nothing on; compare with the source of the model',
  },
  'zero-rows': {
    level: 'advice',
    says: '{tensor} has {zero} of {count, row} that are all zeros',
    hint: 'in a table of tokens these were never trained; elsewhere such outputs are always 0',
  },
  'zero-scales': {
    level: 'advice',
    says: '{tensor} has {zero} of {blocks, block} with a scale of 0 ({share} %): all their numbers are the same',
    hint: 'the weights were that small, or quantizing them went wrong; compare with the source (diff --values)',
  },
  'constant-tensor': {
    level: 'advice',
    says: '{tensor} holds the same number {count} times: {value}',
    hint: 'usual for a norm or a factor that was never trained',
  },
  'outlying-layer': {
    level: 'advice',
    says: '{tensor}: {what} {value}, where the median of its role over {layers} layers is {median}',
    hint: 'the layer may be damaged, or trained by itself; compare with the source of the model (diff --values)',
  },
  'values-unread': {
    level: 'advice',
    says: 'the numbers of {count, tensor} were not read, {why}: {examples}',
  },
} as const satisfies Record<string, FindingWords>;
