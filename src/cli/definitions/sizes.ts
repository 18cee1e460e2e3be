/** `sizes`: its definition. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readCount } from '../option-values.js';
import { flag, value } from '../options.js';

export const SIZES = defineCommand({
  name: 'sizes',
  summary: 'how large it is in every quantization type',
  group: 'fit',
  reports: ['sizes'],
  arguments: [MODEL],
  options: [
    flag('--all', 'every file type that llama.cpp writes'),
    value('--type <types>', 'only these, separated by commas: Q4_K_M,IQ4_XS', readFileTypes),
    value('--context <tokens>', 'the length that the memory is for', readCount),
    flag('--imatrix', 'assume an importance matrix'),
    flag('--tensors', 'with --type: the type of every tensor', { conflicts: ['all'] }),
  ],
  formats: { names: ['text', 'json'] },
});

export type SizesOptions = OptionsOf<typeof SIZES>;

async function readFileTypes(text: string, name: string): Promise<string[]> {
  const { fileTypesNamed } = await import('../../library/sizes.js');
  return fileTypesNamed(text.split(','), name);
}
