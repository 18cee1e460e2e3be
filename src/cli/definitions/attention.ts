/** The definition of `attention`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { indexLike } from '../option-values.js';
import { choice, TOKENS, text, value } from '../options.js';

export const ATTENTION = defineCommand({
  name: 'attention',
  summary: 'one attention head, computed for a prompt',
  details: 'Queries, keys, scores, and how much each token attends to the others.',
  group: 'understand',
  reports: ['attention'],
  piece: 'compute',
  arguments: [MODEL, { syntax: '[prompt]', says: 'the text: "Hello world"' }],
  options: [
    value(
      '--layer <n>',
      'counted from 0 (default: 0, and all of them with --json)',
      indexLike('layers are counted from 0'),
    ),
    value('--head <n>', 'the head to show, counted from 0 (default: 0)', indexLike('heads are counted from 0')),
    text('--with <text>', 'another prompt (ids, if --tokens is given): the same head for both, side by side'),
    choice(
      '--heads <which>',
      'a small map for each head of the layer, and where the heads of all layers look',
      ['all'],
      {
        conflicts: ['head', 'with'],
      },
    ),
    TOKENS,
  ],
  formats: { names: ['text', 'json'] },
});

export type AttentionOptions = OptionsOf<typeof ATTENTION>;
