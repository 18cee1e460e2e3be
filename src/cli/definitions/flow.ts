/** `flow`: its definition. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { TOKENS, text } from '../options.js';

export const FLOW = defineCommand({
  name: 'flow',
  summary: 'how a token travels through the model, step by step',
  details: 'With a prompt everything is computed, up to the next token.',
  group: 'understand',
  reports: ['flow', 'next-tokens'],
  piece: 'compute',
  arguments: [MODEL, { syntax: '[prompt]', says: 'a text to compute with: "Hello world"' }],
  options: [TOKENS, text('--with <text>', 'another text (ids, if --tokens is given): how alike are the two?')],
  formats: { says: 'how to draw it; mermaid and svg are pictures', names: ['text', 'mermaid', 'svg', 'json'] },
});

export type FlowOptions = OptionsOf<typeof FLOW>;
