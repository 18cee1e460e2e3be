/** What goes with a model under the same name, as the report of `explain` has it. */

import { statusOf } from '../locate/folder.js';
import type { Found } from '../locate/location.js';
import type { ExplainReport } from '../report/explain-schema.js';

export function companionsOf(found: Found): Pick<ExplainReport, 'companions'> {
  if (found.kind !== 'file' || found.companions === undefined) return {};
  const bytesOf = (path: string) => statusOf(path)?.size ?? 0;
  return { companions: found.companions.map(({ kind, name, path }) => ({ kind, name, bytes: bytesOf(path) })) };
}
