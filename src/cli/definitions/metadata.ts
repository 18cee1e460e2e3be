/** The definition of `metadata`. */

import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { flag } from '../options.js';

export const METADATA = defineCommand({
  name: 'metadata',
  summary: 'all metadata keys with their types, or the value of one key',
  details: 'With a key it prints only the value, for scripts.',
  group: 'look',
  reports: ['metadata'],
  arguments: [MODEL, { syntax: '[key]', says: 'print only this value', offers: 'keys' }],
  options: [flag('--full', 'show long arrays and strings in full')],
  formats: { names: ['text', 'json'] },
});

export type MetadataOptions = OptionsOf<typeof METADATA>;
