/** The definition of `scan`. */

import { defineCommand, type OptionsOf } from '../define-command.js';
import { countLike, readSeconds } from '../option-values.js';
import { contextLengths, flag, text, value } from '../options.js';

export const SCAN = defineCommand({
  name: 'scan',
  summary: 'many models: a line of JSON for each as soon as it is done',
  details: 'A line has the summary of a model and its findings.',
  group: 'many',
  reports: ['scan'],
  piece: 'scan',
  arguments: [
    {
      syntax: '[targets...]',
      says: 'models, folders, globs or addresses (default: the lines of standard input)',
      model: true,
    },
  ],
  options: [
    value('--jobs <n>', 'models at the same time (default: twice the cores)', countLike('write 4')),
    value(
      '--time-limit <seconds>',
      'seconds for one model (default: 120); if it takes longer, its line says so and the scan goes on',
      readSeconds,
    ),
    text('--resume <file>', 'skip what an earlier run wrote to this file', { offers: 'files' }),
    text('--shard <i/n>', 'only this part of the targets: 1/4 to 4/4, for four machines'),
    contextLengths('context lengths to compute the memory for: 8k or 4096,32768'),
    flag('-0, --null', 'a NUL character ends each target on standard input, as find -print0 writes it', {
      idle: (_, [targets]) =>
        (targets as string[]).length > 0 ? 'where the targets are on the command line' : undefined,
    }),
    flag('--no-fail', 'exit code 0 even if a model cannot be read; its line says so'),
  ],
  formats: { names: ['ndjson'] },
  goesOn: 'resume',
});

export type ScanOptions = OptionsOf<typeof SCAN>;
