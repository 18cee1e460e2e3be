/** The definition of `tensor`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { choice, dataOrNot, text } from '../options.js';

export const TENSOR = defineCommand({
  name: 'tensor',
  summary: 'one tensor: what it does, its shape, size, place and numbers',
  details: 'A pattern shows all tensors that match it.',
  group: 'look',
  reports: ['tensor'],
  arguments: [
    MODEL,
    { syntax: '<name>', says: 'a name, a glob, or a folded row: blk.{0..31}.attn_q.weight', offers: 'tensors' },
  ],
  options: [
    ...dataOrNot(
      'read the numbers even if that is a lot to download, or if they come through a pipe',
      'read only the header',
    ),
    {
      ...text('--slice <ranges>', 'only these numbers, rows before columns as in PyTorch: 0:4,0:8'),
      conflicts: ['data'],
    },
    choice(
      '--raw <format>',
      'write the numbers as little-endian float32: f32 has only the numbers, npy is for NumPy',
      ['f32', 'npy'],
      {
        conflicts: ['json', 'data'],
      },
    ),
  ],
  formats: { names: ['text', 'json'] },
});

export type TensorOptions = OptionsOf<typeof TENSOR>;
