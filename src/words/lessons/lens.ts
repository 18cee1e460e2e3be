/** Lesson: what a vector is, and what a matrix does to it. */

import type { Lesson } from './lesson.js';

export const LENS: Lesson = {
  id: 'lens',
  title: 'The lens: what a matrix does to a vector',
  about: 'a vector is a direction, a matrix is a way of looking at it',
  paragraphs: [
    {
      text: 'Inside the model a token is a vector: {width} numbers, which together are a direction in a space of {width} dimensions. One number alone means nothing; what a token means lies in the direction of all of them.',
      otherwise:
        'Inside a model a token is a vector: a list of numbers, which together are a direction. One number alone means nothing.',
    },
    {
      text: 'A matrix is a lens. Whatever vector is held before it, a new one comes out, in which some directions are stretched, some are mixed and some are gone. {example} takes {exampleIn} numbers and gives {exampleOut}: each of these is a weighted sum of all that went in. Output = input × weights + bias.',
      otherwise:
        'A matrix is a lens: whatever vector is held before it, a new one comes out. This file has no such matrix.',
    },
    {
      text: 'To look through this one matrix takes {exampleMultiplyAdds} multiplications; through all of them, {multiplyAdds|parameters} for each token.',
    },
    {
      text: 'The lens is the same for every token and every text. What differs is the vector before it.',
    },
  ],
  figure: { text: 'The first weights of {example}, by which the first number that comes out is summed:' },
  commands: [
    ['tensor', '{model}', '{example}'],
    ['tensors', '{model}'],
  ],
};
