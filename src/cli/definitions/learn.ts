/** The definition of `learn`. */

import { OPTIONAL_MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';

export const LEARN = defineCommand({
  name: 'learn',
  summary: 'how models work, in short lessons with real numbers',
  details: 'The numbers are those of the included model, or of the model that you name.',
  group: 'understand',
  reports: ['learn', 'lessons'],
  arguments: [
    {
      syntax: '[topic]',
      says: 'a lesson; without one, the list of them',
      offers: async () => ({ words: (await import('../../words/lessons.js')).LESSONS.map(({ id }) => id) }),
    },
    OPTIONAL_MODEL,
  ],
  options: [],
  formats: { names: ['text', 'json'] },
});

export type LearnOptions = OptionsOf<typeof LEARN>;
