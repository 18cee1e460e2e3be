/** The definition of `diff`. */

import { BEFORE } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList, readShare } from '../option-values.js';
import { flag, value } from '../options.js';

export const DIFF = defineCommand({
  name: 'diff',
  aliases: ['compare'],
  summary: 'what changed between two files: metadata, tensors, numbers',
  details: 'The exit code is 1 if they differ.',
  group: 'verify',
  reports: ['diff'],
  arguments: [BEFORE, { syntax: '<after>', says: 'the file to compare it with', model: true }],
  options: [
    flag('--data', 'compare the bytes of the tensors too'),
    flag('--values', 'compare the numbers, whatever their formats: what quantizing cost, which layers changed'),
    value(
      '--max-error <share>',
      'fail only if the error of a tensor is larger than this, such as 8%; compares the numbers',
      readShare,
    ),
    value(
      '--ignore <keys>',
      'leave out metadata keys: names or globs, separated by commas: general.*,tokenizer.*',
      readList,
      { offers: 'keys' },
    ),
  ],
  formats: { says: 'how to print it', names: ['text', 'markdown', 'json'] },
});

export type DiffOptions = OptionsOf<typeof DIFF>;
