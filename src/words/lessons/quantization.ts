/** Lesson: why quantization works, with one block of the file opened. */

import type { Lesson } from './lesson.js';

export const QUANTIZATION: Lesson = {
  id: 'quantization',
  title: 'Why quantization works',
  about: 'precision traded for size, with one real block opened',
  paragraphs: [
    {
      text: 'Quantization trades precision for size. Training leaves numbers of 16 or 32 bits; this file spends {bits} bits on each, so it needs {bytes|bytes} in place of {plainBytes|bytes} in F32.',
      otherwise:
        'Quantization trades precision for size: the numbers of a model are kept with fewer bits than training left them with. This file has no tensors to show it on.',
    },
    {
      text: '{blockTensor} is kept as {blockType}: {blockElements} weights at a time become a block of {blockBytes} bytes. Weights that stand together are of similar size, so small whole numbers and a few shared scales are enough to say what each of them is, nearly.',
      otherwise: 'No tensor of this file is kept in blocks: each number stands by itself, and nothing is shared.',
    },
    {
      text: 'Nearly is enough, because no weight is used alone. Each number that a matrix gives is a sum of many products; some weights are a little too large, others a little too small, and most of the errors cancel.',
    },
    {
      text: 'The parts that do not bear it are left alone: norms and biases are small and stay in F32, and mixes give more bits to the matrices that suffer most.',
    },
  ],
  figure: {
    text: 'The first block of {blockTensor}, opened:',
    otherwise: 'The data of {blockTensor} cannot be read here, so no block of it is opened.',
  },
  commands: [
    ['sizes', '{model}'],
    ['sizes', '{bundled}'],
  ],
};
