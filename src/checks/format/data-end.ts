/** Where the file ends, compared with where its tensor data ends. */

import { endOfData, shortageOf } from '../../gguf/data-end.js';
import { padded } from '../../gguf/data-layout.js';
import { anyFile } from '../applies-to.js';
import { defineCheck } from '../define-check.js';
import { shortened } from '../place.js';

export const DATA_END_CHECKS = [
  /** A header and nothing behind it: the head of a download, or a file that was made to be looked at. No loader takes it. */
  defineCheck({
    code: 'data-absent',
    group: 'format',
    level: 'error',
    says: 'the file holds the header only: {missing, bytes} of tensor data are not there',
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
  /** The reference goes to the start of the data section as soon as there is a tensor, and stops where the file ends before it. */
  defineCheck({
    code: 'padding-absent',
    group: 'format',
    level: 'error',
    says: 'the file ends {missing, bytes} before the place of its tensor data; llama.cpp goes there even where all tensors are empty',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file }) {
      const shortage = shortageOf(file);
      if (shortage?.lacks !== 'padding') return [];
      const { size, missing } = shortage;
      return [{ place: { offset: size }, facts: { missing } }];
    },
  }),
  /** The loader wants all bytes of each tensor inside the file, though not the padding of the last one. */
  defineCheck({
    code: 'data-truncated',
    group: 'format',
    level: 'error',
    says: 'the file ends {missing, bytes} too early: {count, tensor} incomplete ({size} of {needed} bytes)',
    hint: 'the download was cut short; fetch the file again',
    appliesTo: anyFile,
    beyondHeader: true,
    judge({ file }) {
      const shortage = shortageOf(file);
      if (shortage?.lacks !== 'part') return [];
      const { size, needed, missing, cut } = shortage;
      const facts = { missing, size, needed, count: cut.length };
      return [{ place: { offset: size, tensor: shortened(cut[0]!.name) }, facts }];
    },
  }),
  /** Loaders do not look behind the last tensor and its padding. What is there may be a second file, or a tool's mistake. */
  defineCheck({
    code: 'surplus-bytes',
    group: 'format',
    level: 'advice',
    says: '{surplus, bytes} behind the last tensor belong to nothing that the header names',
    appliesTo: anyFile,
    judge({ file }) {
      const end = padded(endOfData(file), file.alignment);
      if (file.size === undefined || file.size <= end) return [];
      return [{ place: { offset: end }, facts: { surplus: file.size - end } }];
    },
  }),
];
