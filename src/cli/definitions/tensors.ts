/** The definition of `tensors`. */

import { SORT_ORDERS } from '../../model/select.js';
import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList } from '../option-values.js';
import { choiceOr, flag, text, threadsWith, value } from '../options.js';

export const TENSORS = defineCommand({
  name: 'tensors',
  summary: 'the list of tensors: filter, sort, group',
  group: 'look',
  reports: ['tensors'],
  arguments: [MODEL, { syntax: '[names...]', says: 'names or globs: blk.*.attn_?.weight', offers: 'tensors' }],
  options: [
    value(
      '--role <roles>',
      'roles, groups or components, separated by commas: attention, attention-query, vision',
      readList,
      { offers: async () => ({ words: (await import('../../library/tensors.js')).roleNames(), commas: true }) },
    ),
    value('--type <types>', 'types, separated by commas: Q4_K,F32', readList, {
      offers: async () => ({ words: (await import('../../library/tensors.js')).typeNames(), commas: true }),
    }),
    text('--layer <layers>', 'layers: 3, 0-7, 0-3,28-31'),
    choiceOr('--sort <order>', 'sort by', SORT_ORDERS, 'offset'),
    flag('--no-fold', 'one line for each layer'),
    flag('--stats', 'read the numbers: mean, deviation, RMS, extremes, zeros, NaN, outliers of each tensor'),
    threadsWith('stats'),
  ],
  formats: { names: ['text', 'json', 'ndjson', 'csv'] },
});

export type TensorsOptions = OptionsOf<typeof TENSORS>;
