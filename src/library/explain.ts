/** The report of `explain`, with a section on the numbers where all of them were read. */

import { judgeValues } from '../checks/data/rules.js';
import { explainFile } from '../explain.js';
import { interpret } from '../model/model.js';
import type { OpenedModel } from '../open/open-model.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { explainValuesReport } from '../report/values-entry.js';
import { companionsOf } from './companions.js';
import type { ScannedModel } from './values.js';

export async function explainModel({ name, file, location }: OpenedModel): Promise<ExplainReport> {
  return { ...(await explainFile(file, name)), ...companionsOf(location) };
}

/** With what was found in the numbers. */
export async function explainWithValues(
  { name, location }: Pick<OpenedModel, 'name' | 'location'>,
  { file, values }: ScannedModel,
): Promise<ExplainReport> {
  const model = interpret(file);
  const explained = { ...(await explainFile(file, name)), ...companionsOf(location) };
  return explainValuesReport(explained, model, values, judgeValues(model, values));
}
