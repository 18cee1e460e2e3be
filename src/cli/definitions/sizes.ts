/** The definition of `sizes`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { readBytes } from '../option-values.js';
import { contextLengths, flag, value } from '../options.js';
import { DEVICE_OPTIONS } from '../placement-options.js';

export const SIZES = defineCommand({
  name: 'sizes',
  summary: 'how large it is in every quantization type; which one fits?',
  details: 'For a repository with several files it says which one to download.',
  group: 'fit',
  reports: ['sizes', 'repository-sizes'],
  arguments: [MODEL],
  options: [
    flag('--all', 'every file type that llama.cpp writes'),
    value('--type <types>', 'only these, separated by commas: Q4_K_M,IQ4_XS', readFileTypes, {
      offers: async () => ({
        words: (await import('../../memory/file-type-sizes.js')).WRITABLE_FILE_TYPES,
        commas: true,
      }),
    }),
    contextLengths('context lengths to compute the memory for: 8k, or 8k,32k'),
    ...DEVICE_OPTIONS,
    value('--budget <size>', 'show what fits into this much memory: 24GiB', readBytes),
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
