/** What goes with a model under the same name, as the report of `explain` has it. */

import type { Found } from '../locate/location.js';
import type { ExplainReport } from '../report/explain-schema.js';

export function companionsOf(found: Found): Pick<ExplainReport, 'companions'> {
  if ((found.kind !== 'file' && found.kind !== 'http') || found.companions === undefined) return {};
  return { companions: found.companions.map(({ kind, name, bytes }) => ({ kind, name, bytes })) };
}
