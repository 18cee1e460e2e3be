/** The definition of `token`. */

import { UsageError } from '../../explained-error.js';
import { MOST_NEAREST, NEAREST } from '../../library/option-limits.js';
import { MODEL } from '../arguments.js';
import { defineCommand, type OptionsOf } from '../define-command.js';
import { dataOrNot, flag, value } from '../options.js';

export const TOKEN = defineCommand({
  name: 'token',
  summary: 'tokens of a text, their rows in the embedding table, their neighbors',
  details: 'A number is the id of a token.',
  group: 'understand',
  reports: ['token'],
  arguments: [MODEL, { syntax: '<text|id>', says: 'a text such as Hello, or the id of a token: 616' }],
  options: [
    flag('--text', 'read it as a text, even if it is a number', { conflicts: ['id'] }),
    flag('--id', 'read it as an id, even if no token has it'),
    value('--nearest <n>', `nearest rows to show for each token; 0 for none (default: ${NEAREST})`, readNearest, {
      idle: ({ data }) => (data === false ? 'with --no-data' : undefined),
    }),
    ...dataOrNot(
      'read the table even if that is a lot to download, or if it comes through a pipe',
      'only the tokens, no rows',
    ),
  ],
  formats: { names: ['text', 'json'] },
});

export type TokenOptions = OptionsOf<typeof TOKEN>;

function readNearest(text: string, name: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (count <= MOST_NEAREST) return count;
  throw new UsageError(
    'bad-number',
    `${name}: "${text}" is not a number from 0 to ${MOST_NEAREST}`,
    'write 8, or 0 for none',
  );
}
