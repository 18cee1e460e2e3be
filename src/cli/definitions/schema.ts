/** The definition of `schema`. */

import { defineCommand, type OptionsOf } from '../define-command.js';
import { flag } from '../options.js';

export const SCHEMA = defineCommand({
  name: 'schema',
  summary: 'the JSON Schema of what --json prints',
  group: 'schema',
  reports: [],
  arguments: [
    {
      syntax: '[command]',
      says: 'the schema of one command: explain, tensors, token, check, repository, error …',
      offers: async () => ({ words: Object.keys((await import('../../report/report-schemas.js')).REPORT_SCHEMAS) }),
    },
  ],
  options: [flag('--policy', 'the schema of the policy file that check --policy reads')],
  formats: { names: ['json'] },
});

export type SchemaOptions = OptionsOf<typeof SCHEMA>;
