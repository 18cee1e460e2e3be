/** Lesson: reading a row of a table against multiplying with a matrix. */

import type { Lesson } from './lesson.js';

export const LOOKUP: Lesson = {
  id: 'lookup',
  title: 'Lookup against multiplication',
  about: 'the embedding is read by row, all other matrices are multiplied',
  paragraphs: [
    {
      text: 'The first step of a model computes nothing. {table} is a table with a row for each of {rows} tokens. Token {token} takes row {token}: {rowBytes|bytes} are read, {width} numbers come out, and the other {otherRows} rows are not touched.',
      otherwise:
        'The first step of most models computes nothing: it reads one row of a table for each token. This file has no such table.',
    },
    {
      text: 'Every step after that is a multiplication. {example} is read as a whole for each token, all {exampleBytes|bytes} of it, for {exampleMultiplyAdds} multiplications. So the embedding is next to no work, however large its table is.',
      otherwise: 'Every step after that is a multiplication with a whole matrix.',
    },
    {
      text: 'This model uses its table a second time at the end: there it is multiplied, as a whole, with the last vector, and gives a score for each of the {tiedRows} tokens.',
    },
  ],
  figure: { text: 'The row of token {token}{piece}, read from the file:' },
  commands: [
    ['token', '{model}', '{token}'],
    ['flow', '{model}'],
  ],
};
