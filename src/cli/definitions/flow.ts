/** The definition of `flow`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { countLike } from '../option-values.js';
import { flag, TOKENS, text, value } from '../options.js';

export const FLOW = defineCommand({
  name: 'flow',
  summary: 'how a token travels through the model, step by step',
  details: 'With a prompt everything is computed, up to the next token.',
  group: 'understand',
  reports: ['flow', 'next-tokens'],
  piece: 'compute',
  arguments: [MODEL, { syntax: '[prompt]', says: 'a text to compute with: "Hello world"' }],
  options: [
    TOKENS,
    text('--with <text>', 'another text (ids, if --tokens is given), to see how alike the two are'),
    flag('--lens', 'show one product of the first layer, number by number: a vector, a row of weights, their sum'),
    value(
      '--every <n>',
      'show the guess of the model after every n layers (default: about 16 guesses)',
      countLike('write 4'),
    ),
  ],
  formats: { says: 'how to draw it; mermaid and svg are pictures', names: ['text', 'mermaid', 'svg', 'json'] },
});

export type FlowOptions = OptionsOf<typeof FLOW>;
