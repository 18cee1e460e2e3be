/** `diff`: its definition. */

import { BEFORE } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList, readShare } from '../option-values.js';
import { flag, value } from '../options.js';

export const DIFF = defineCommand({
  name: 'diff',
  aliases: ['compare'],
  summary: 'what changed between two files: metadata, tensors, numbers',
  details: 'The exit code is 1 where they differ.',
  group: 'verify',
  reports: ['diff'],
  arguments: [BEFORE, { syntax: '<after>', says: 'the same', model: true }],
  options: [
    flag('--data', 'compare the bytes of the tensors too'),
    flag('--values', 'compare the numbers, whatever their formats: what quantizing cost, which layers changed'),
    value(
      '--max-error <share>',
      'fail where a tensor is further away than that, such as 8%, and else pass whatever differs; compares the numbers',
      readShare,
    ),
    value(
      '--ignore <keys>',
      'leave out metadata keys: names or globs, separated by commas: general.*,tokenizer.*',
      readList,
    ),
  ],
  formats: { says: 'how to print it', names: ['text', 'markdown', 'json'] },
});

export type DiffOptions = OptionsOf<typeof DIFF>;
