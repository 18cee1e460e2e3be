/** Lesson: what the tensors are for. */

import type { Lesson } from './lesson.js';

export const ROLES_LESSON: Lesson = {
  id: 'roles',
  title: 'The roles: what each tensor is for',
  about: 'the names say it: query, key, value, up, gate, down …',
  paragraphs: [
    {
      text: 'A file of {tensors} tensors looks like a lot, but they are of {roles} kinds, and a layer is like the next. The name says the role: in {example} it is what follows the number of the layer.',
      otherwise: 'The names of tensors say what they are for. This file has {tensors} of {roles} kinds.',
    },
    {
      text: 'Query, key, value and output make up attention, the only part in which a token learns of others: {attention|bytes} here, {attentionShare} of all bytes.',
    },
    {
      text: 'Up, gate and down make up the feed-forward part, where each vector is worked on by itself: {network|bytes}, {networkShare}.',
    },
    {
      text: 'Of its experts only {expertsUsed} of {experts} work on a token; all have to be in memory.',
    },
    {
      text: 'Recurrent layers carry a state from token to token in place of looking back: {recurrent|bytes}, {recurrentShare}.',
    },
    {
      text: 'Norms and biases are small ({small|bytes}) and keep the numbers in range.',
    },
  ],
  figure: { text: 'The largest roles in this file:' },
  commands: [['flow', '{model}']],
};
