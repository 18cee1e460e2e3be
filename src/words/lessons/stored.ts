/** Lesson: what is stored in the file, and what is computed instead. */

import type { Lesson } from './lesson.js';

export const STORED: Lesson = {
  id: 'stored',
  title: 'Stored against computed',
  about: 'the weights stay, everything else comes and goes with the text',
  paragraphs: [
    {
      text: 'Stored are the weights: {bytes|bytes}, the same for every text, never written to while the model runs.',
      otherwise: 'Stored would be the weights; this file has none.',
    },
    {
      text: 'Everything that has to do with a text is computed: the vectors of its tokens, queries and keys, scores, logits. Some of it is kept until the text ends, because the next token needs it again: for {context} tokens that is {kept|bytes}, {keptShare} of the size of the weights.',
      otherwise:
        'Everything that has to do with a text is computed: vectors, scores, logits. This model does not go through a text token by token, so it keeps nothing between them.',
    },
    {
      text: 'So two people who use one model share its weights and nothing else.',
    },
  ],
  figure: { text: 'Stored, and computed for {context} tokens:' },
  commands: [
    ['memory', '{model}', '--context', '{context}'],
    ['tensors', '{model}', '--sort', 'bytes'],
  ],
};
