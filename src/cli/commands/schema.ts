/** `schema`: the JSON Schema of what `--json` prints, or of the policy that `check --policy` reads. */

import { UsageError } from '../../explained-error.js';
import { policyJsonSchema } from '../../policy/schema.js';
import type { ReportName } from '../../report/report-names.js';
import { REPORT_SCHEMAS, reportJsonSchema, reportJsonSchemas } from '../../report/report-schemas.js';
import type { SchemaOptions } from '../definitions/schema.js';
import { writeJson } from '../output.js';

export function run(command: string | undefined, options: SchemaOptions): void {
  if (options.policy) {
    if (command !== undefined) {
      throw new UsageError('bad-schema', `--policy and ${command} are two different schemas`, 'ask for one of them');
    }
    writeJson([`${JSON.stringify(policyJsonSchema(), null, 2)}\n`]);
    return;
  }
  const names = Object.keys(REPORT_SCHEMAS) as ReportName[];
  if (command === undefined) {
    writeJson([`${JSON.stringify({ schemaVersion: 1, schemas: reportJsonSchemas() }, null, 2)}\n`]);
    return;
  }
  const name = names.find((known) => known === command);
  if (name === undefined) {
    throw new UsageError('no-such-schema', `no report is named ${command}`, `choose from ${names.join(', ')}`);
  }
  writeJson([`${JSON.stringify(reportJsonSchema(name), null, 2)}\n`]);
}
