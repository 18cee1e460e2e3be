/** Lesson: what weights are, and what they are not. */

import type { Lesson } from './lesson.js';

export const WEIGHTS: Lesson = {
  id: 'weights',
  title: 'What weights are, and what they are not',
  about: 'learned matrices that transform vectors, no links between words',
  paragraphs: [
    {
      text: 'Weights are learned matrices that transform vectors. Training found their numbers; after that they never change, whatever text the model reads. {modelName} has {parameters|parameters} such numbers in {tensors} tensors, {bytes|bytes} in all.',
      otherwise: 'Weights are learned matrices that transform vectors. {modelName} holds none: it has no tensors.',
    },
    {
      text: 'A weight is no link from one word to another. {example} has {exampleElements} numbers, and none of them belongs to a pair of tokens: the matrix takes any vector of {exampleIn} numbers and gives a new one of {exampleOut}.',
      otherwise:
        'A weight is no link from one word to another. No matrix of this file transforms a vector by itself, so there is none to show.',
    },
    {
      text: 'A table with one number for each pair of its {vocabulary} tokens would need {pairs} numbers, and would know texts of two tokens alone. The file has no such table. Relations between tokens are computed at run time, not stored.',
      otherwise: 'Relations between tokens are computed at run time, not stored.',
    },
  ],
  figure: { text: 'What this file stores:' },
  commands: [['tensors', '{model}', '--sort', 'bytes']],
};
