/** `attention`: its definition. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readIndex } from '../option-values.js';
import { TOKENS, value } from '../options.js';

export const ATTENTION = defineCommand({
  name: 'attention',
  summary: 'one attention head, computed for a prompt',
  details: 'Queries, keys, scores, and how much each token attends to the others.',
  group: 'understand',
  reports: ['attention'],
  piece: 'compute',
  arguments: [MODEL, { syntax: '[prompt]', says: 'the text: "Hello world"' }],
  options: [
    value('--layer <n>', 'counted from 0 (default: 0, and all of them with --json)', readIndex),
    value('--head <n>', 'the head to show, counted from 0 (default: 0)', readIndex),
    TOKENS,
  ],
  formats: { names: ['text', 'json'] },
});

export type AttentionOptions = OptionsOf<typeof ATTENTION>;
