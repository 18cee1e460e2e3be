/** Compares the end of the file with the end of its tensor data. */

import { endOfData, shortageOf } from '../../gguf/data-end.js';
import { padded } from '../../gguf/data-layout.js';
import type { GgufFile } from '../../gguf/decode.js';
import { limitOf32Bits, remedyByName } from '../../words/download-names.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { shortened } from '../place.js';

export const DATA_END_CHECKS = [
  /** A header without data: the beginning of a download, or a file made only for inspection. Every loader refuses it. */
  defineCheck({
    code: 'data-absent',
    group: 'format',
    level: 'error',
    says: 'the file contains only the header: {missing, bytes} of tensor data is missing',
    hint: 'enough to explain the model, not to run it',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file }) {
      const shortage = shortageOf(file);
      if (shortage?.lacks !== 'all') return [];
      const { size, needed, missing, cut } = shortage;
      const facts = { missing, size, needed, count: cut.length };
      return [{ place: { offset: size }, facts }];
    },
  }),
  /** If there is a tensor, the reference seeks to the start of the data section, and fails if the file ends before it. */
  defineCheck({
    code: 'padding-absent',
    group: 'format',
    level: 'error',
    says: 'the file ends {missing, bytes} before its tensor data starts; llama.cpp seeks there even if all tensors are empty',
    hint: 'append zero bytes up to there, or write the file again',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file }) {
      const shortage = shortageOf(file);
      if (shortage?.lacks !== 'padding') return [];
      const { size, missing } = shortage;
      return [{ place: { offset: size }, facts: { missing } }];
    },
  }),
  /** The loader requires all bytes of each tensor, but not the padding after the last one. */
  defineCheck({
    code: 'data-truncated',
    group: 'format',
    level: 'error',
    says: 'the file ends {missing, bytes} too early: {count, tensor} incomplete ({size} of {needed} bytes)',
    hint: '{remedy}',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file, fileName }) {
      const shortage = shortageOf(file);
      if (shortage?.lacks !== 'part') return [];
      const { size, needed, missing, cut } = shortage;
      const remedy =
        (fileName === null ? undefined : remedyByName(fileName)) ?? limitWords(size, needed) ?? FETCH_AGAIN;
      const facts = { missing, size, needed, count: cut.length, remedy };
      return [{ place: { offset: size, tensor: shortened(cut[0]!.name) }, facts }];
    },
  }),
  /**
   * The model loader requires only the bytes of each tensor; ggml's own reader, which reads all data at once, also requires the padding.
   */
  defineCheck({
    code: 'end-padding-missing',
    group: 'format',
    level: 'warning',
    says: 'the padding of the last tensor is missing: {missing, bytes} at the end of the file',
    hint: 'llama.cpp loads the model; programs that read the data section as a whole refuse it. Append zero bytes, or write the file again',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file }) {
      const missing = missingPadding(file);
      return missing === 0 ? [] : [{ place: { offset: file.size as number }, facts: { missing } }];
    },
  }),
  /** Loaders do not read beyond the last tensor and its padding. Further bytes may be a second file or a mistake of a tool. */
  defineCheck({
    code: 'surplus-bytes',
    group: 'format',
    level: 'warning',
    says: '{surplus, bytes} after the last tensor do not belong to anything in the header',
    hint: 'loaders ignore them, but no program writes them on purpose: compare the size with that of the original',
    appliesTo: anyFile,
    judge({ file, headers = [] }) {
      // If it is a second file, that finding says more.
      if (headers.length > 0) return [];
      const end = padded(endOfData(file), file.alignment);
      if (file.size === undefined || file.size <= end) return [];
      return [{ place: { offset: end }, facts: { surplus: file.size - end } }];
    },
  }),
];

const FETCH_AGAIN = 'the download was cut short; download the file again';

function limitWords(size: number, needed: number): string | undefined {
  const limit = limitOf32Bits(size, needed);
  return limit === undefined
    ? undefined
    : `${limit}: a limit of 32 bits in the program or the file system (such as FAT32) that wrote it; download it again with another one`;
}

/** Missing bytes of padding, if the data itself is complete. */
function missingPadding(file: GgufFile): number {
  const end = endOfData(file);
  if (file.size === undefined || file.size < end || end === file.dataStart) return 0;
  return Math.max(0, padded(end, file.alignment) - file.size);
}
