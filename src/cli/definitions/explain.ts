/** `explain`: its definition. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { flag, TOKENS, text, threadsWith } from '../options.js';

export const EXPLAIN = defineCommand({
  name: 'explain',
  aliases: ['info'],
  summary: 'one page: what is stored, what is computed, what it needs',
  details: '`gguf-explain MODEL` does the same.',
  group: 'understand',
  reports: ['explain', 'repository'],
  piece: 'explain',
  plain: true,
  arguments: [MODEL],
  options: [
    flag('--data', 'also read all numbers: statistics, a map of the layers, damage'),
    flag('--full', 'with --json: everything that the HTML page shows, with memory by context length and the flow'),
    text('--prompt <text>', 'with --format html or --full: the prompt to compute ("Hello world")'),
    TOKENS,
    threadsWith('data'),
  ],
  formats: { says: 'how to print it; html is a page in one file', names: ['text', 'json', 'html'] },
});

export type ExplainOptions = OptionsOf<typeof EXPLAIN>;
