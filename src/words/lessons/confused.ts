/** Lesson: what weights are confused with. */

import type { Lesson } from './lesson.js';

export const CONFUSED: Lesson = {
  id: 'confused',
  title: 'What weights are confused with',
  about: 'n-grams, attention scores, edges of a graph',
  paragraphs: [
    {
      text: 'N-grams. A table of n-grams counts which token followed which. For three in a row of this vocabulary it would have {triples} places; this model has {parameters|parameters} numbers in all, and none of them counts anything.',
      otherwise:
        'N-grams. A table of n-grams counts which token followed which. A model counts nothing: its weights transform vectors, whatever text these came from.',
    },
    {
      text: 'Attention scores. They do say how much one token matters to another, but for one text only, and they are computed: for 100 tokens this model computes {scores|parameters} of them ({attendingLayers} layers × {heads} heads × 100 × 100) and keeps none.',
      otherwise:
        'Attention scores. Where a model has them they say how much one token matters to another, but for one text only; they are computed, never stored.',
    },
    {
      text: 'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are no words: for {example} they would be the {exampleIn} numbers of the vector that goes in and the {exampleOut} of the one that comes out.',
      otherwise:
        'Edges of a graph. Networks are drawn as dots with lines between them, and a weight is one line. But the dots are no words: they are the numbers of the vectors that go in and come out.',
    },
    {
      text: 'What is left: weights are learned matrices that transform vectors; relations between tokens are computed at run time, not stored; quantization trades precision for size.',
    },
  ],
  commands: [
    ['flow', '{traceable}', 'Hello world'],
    ['flow', '{traceableById}', '--tokens', '0,1,2'],
    ['flow', '{model}'],
  ],
};
