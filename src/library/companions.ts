/** The files that belong to a model by their name, in the form of the report of `explain`. */

import type { Found } from '../locate/location.js';
import type { ExplainReport } from '../report/explain-schema.js';

export function companionsOf(found: Found): Pick<ExplainReport, 'companions'> {
  if ((found.kind !== 'file' && found.kind !== 'http') || found.companions === undefined) return {};
  return { companions: found.companions.map(({ kind, name, bytes }) => ({ kind, name, bytes })) };
}
