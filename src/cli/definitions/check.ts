/** `check`: its definition. */

import { defineCommand, type OptionsOf } from '../define-command.js';
import { readList } from '../option-values.js';
import { choiceOr, flag, THREADS, text, value } from '../options.js';

export const CHECK = defineCommand({
  name: 'check',
  summary: 'is it sound? a verdict on each file, for people and for CI',
  group: 'verify',
  reports: ['check'],
  piece: 'check',
  plain: true,
  arguments: [{ syntax: '<models...>', says: 'files, folders, globs, or - for standard input', model: true }],
  options: [
    value(
      '--rules <groups>',
      'groups of rules, separated by commas: format, model, advice, data (default: all but data)',
      readList,
    ),
    choiceOr(
      '--fail-on <level>',
      'the mildest finding that makes a file fail',
      ['error', 'warning', 'advice'],
      'error',
    ),
    flag('--header-only', 'do not ask for tensor data: the file may end behind its header'),
    flag('--data', 'read all numbers too: NaN, infinities, zeros, broken blocks, layers that stand out'),
    THREADS,
    text('--policy <file>', 'demands of your own, in YAML or JSON (gguf-explain schema --policy describes them)'),
    flag('--quiet', 'one line for each file', { conflicts: ['json'] }),
  ],
  formats: { says: 'how to print it', names: ['text', 'json', 'junit', 'sarif', 'github'] },
});

export type CheckOptions = OptionsOf<typeof CHECK>;
