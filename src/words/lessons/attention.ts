/** Lesson: one attention head, from the vector to the mixed values. */

import type { Lesson } from './lesson.js';

export const ATTENTION: Lesson = {
  id: 'attention',
  title: 'One attention head',
  about: 'queries, keys, scores, softmax, values: what is stored and what is not',
  paragraphs: [
    {
      text: 'Layer {layer} of this model has {heads} heads, and each asks one kind of question. Head 0 uses {headLength} rows of {query}: they turn the vector of a token ({width} numbers) into its query, {headLength} numbers that say what it looks for. As many rows of {key} give its key, what it has to offer, and rows of {value} its value, what it hands over.',
      otherwise:
        'An attention head turns the vector of each token into a query (what it looks for), a key (what it has to offer) and a value (what it hands over). This model keeps no query, key and value matrices of their own that could be shown here.',
    },
    {
      text: 'The score of two tokens is the product of a query and a key, divided by √{headLength} = {root}. Softmax turns the scores of one token into shares that sum to 1. The head gives the sum of the values, each by its share, and the output matrix takes it back to {width} numbers.',
      otherwise:
        'The score of two tokens is the product of a query and a key, divided by the root of their length; softmax turns scores into shares; the head gives the sum of the values, each by its share.',
    },
    {
      text: 'Keys and values are shared: {heads} heads of queries use {headsKv} heads of keys and values. This makes the cache {sharing} times smaller.',
    },
    {
      text: 'Stored for this head: {headBytes|bytes} of matrices. Not stored: the scores. A text of 8 tokens makes 36 of them, one for each token and each up to it (64 where a model reads both ways), and they are gone when the next text comes.',
      otherwise:
        'The matrices are stored; the scores are not. A text of 8 tokens makes 36 of them for each head, and they are gone when the next text comes.',
    },
  ],
  commands: [
    ['attention', '{traceable}', 'Hello world', '--layer', '0', '--head', '0'],
    ['attention', '{traceableById}', '--tokens', '0,1,2', '--layer', '0', '--head', '0'],
    ['learn', 'attention'],
  ],
};
