/** The report of `explain`: with a section on the numbers if all of them were read, and in full with what only the HTML page shows. */

import { judgeValues } from '../checks/data/rules.js';
import { explainFile } from '../explain.js';
import type { Found } from '../locate/location.js';
import { interpret, type Model } from '../model/model.js';
import type { OpenedModel } from '../open/open-model.js';
import type { ExplainReport } from '../report/explain-schema.js';
import { explainValuesReport } from '../report/values-entry.js';
import type { AskedPrompt } from '../tokenizer/prompt.js';
import { companionsOf } from './companions.js';
import type { WantedDigests } from './file-digests.js';
import type { ScannedModel } from './values.js';
import type { Watch } from './watch.js';
import { withExample } from './with-example.js';

type Opened = Pick<OpenedModel, 'name' | 'location' | 'file'>;

/**
 * The full report of a model, with a computed prompt. The model must be open for its data and with the bytes of its header. `asked` null
 * means the default prompt, if computing it is quick. Throws as `storyOf` does.
 */
export async function explainStory(
  opened: OpenedModel,
  asked: AskedPrompt | null,
  watch: Watch,
): Promise<ExplainReport> {
  const [{ storyOf }, { fullExplainReport }] = await Promise.all([
    import('./story.js'),
    import('../report/full-explain-report.js'),
  ]);
  const report = fullExplainReport(await explainModel(opened), opened.model);
  return { ...report, ...(await storyOf(opened, asked, watch)) };
}

export async function explainModel(opened: Opened, full = false): Promise<ExplainReport> {
  const { name, file, location } = opened;
  const report = { ...(await explainFile(file, name)), ...companionsOf(location) };
  return full ? await inFull(report, interpret(file), location) : report;
}

async function inFull(report: ExplainReport, model: Model, location: Found): Promise<ExplainReport> {
  const { fullExplainReport } = await import('../report/full-explain-report.js');
  return await withExample(fullExplainReport(report, model), location);
}

/** The report with everything from the metadata, and with the digests of the files, for documents about the model. Nothing is computed. */
export async function explainForDocument(
  opened: OpenedModel,
  wanted: WantedDigests,
  watch: Watch,
): Promise<ExplainReport> {
  const [{ fullExplainReport }, { withFiles }] = await Promise.all([
    import('../report/full-explain-report.js'),
    import('./file-digests.js'),
  ]);
  return await withFiles(fullExplainReport(await explainModel(opened), opened.model), opened, wanted, watch);
}

/** The report with a section on the numbers. */
export async function explainWithValues(
  opened: Omit<Opened, 'file'>,
  { file, values }: ScannedModel,
  full = false,
): Promise<ExplainReport> {
  const model = interpret(file);
  const explained = await explainModel({ ...opened, file });
  const report = explainValuesReport(explained, model, values, judgeValues(model, values));
  return full ? await inFull(report, model, opened.location) : report;
}
