/** The definition of `explain`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choice, flag, TOKENS, text, threadsWith } from '../options.js';

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
    flag('--digest', 'add the SHA-256 of each file, also to a card and to --json --full; this reads all of it'),
    flag(
      '--no-digest',
      'leave out the SHA-256; by default an ML-BOM has it for files on this disk, or what a server states',
    ),
    choice('--spec-version <version>', 'with --format cyclonedx: the version of CycloneDX (default: 1.6)', [
      '1.6',
      '1.7',
    ]),
    threadsWith('data'),
  ],
  formats: {
    says: 'how to print it; html: a page in one file; markdown: a model card; cyclonedx: an ML-BOM',
    names: ['text', 'json', 'html', 'markdown', 'cyclonedx'],
  },
});

export type ExplainOptions = OptionsOf<typeof EXPLAIN>;
