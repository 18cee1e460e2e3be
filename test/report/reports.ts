/** The reports of a file as the commands make them, without a process: for loops over many files. */

import { basename, join } from 'node:path';
import { remark } from '../../src/checks/remark.js';
import { readGguf } from '../../src/explain.js';
import { type Model, understand } from '../../src/model/model.js';
import type { RenderOptions } from '../../src/render/options.js';
import { renderExplainPage } from '../../src/render/text/explain-page.js';
import { renderMetadata } from '../../src/render/text/metadata-table.js';
import { renderTensorPage } from '../../src/render/text/tensor-page.js';
import { renderTensorTable } from '../../src/render/text/tensor-table.js';
import { explainReport } from '../../src/report/explain-report.js';
import { metadataReport } from '../../src/report/metadata-report.js';
import type { ExplainReport, MetadataReport, TensorReport, TensorsReport } from '../../src/report/schema.js';
import { tensorReport } from '../../src/report/tensor-report.js';
import { tensorsReport } from '../../src/report/tensors-report.js';
import { FIXTURES_FOLDER, ggufFilesIn, SHARED_FOLDER } from '../support/places.js';

export const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');

/** All fixtures that can be read. */
export const READABLE = [TINY, ...['valid', 'flawed'].flatMap((folder) => ggufFilesIn(join(FIXTURES_FOLDER, folder)))];

/** The headers of models of many architectures; none where ../shared is absent. */
export const ARCHITECTURES = ggufFilesIn(join(SHARED_FOLDER, 'gguf', 'architectures'));

export interface Reports {
  explain: ExplainReport;
  tensors: TensorsReport;
  tensor: TensorReport;
  metadata: MetadataReport;
}

async function readModel(path: string): Promise<Model> {
  return understand(await readGguf(path));
}

/** What each command reports on a file, of all its tensors and keys. The file is called by its name alone. */
export async function reportsOn(path: string): Promise<Reports> {
  const model = await readModel(path);
  const name = basename(path);
  return {
    explain: explainReport(name, model, remark(model)),
    tensors: tensorsReport(name, model, {}),
    tensor: tensorReport(name, model, '*'),
    metadata: metadataReport(name, model.file, model.file.metadata),
  };
}

/** The page of each report; of the tensor table both, folded and not. */
export function pagesOf(reports: Reports, options: RenderOptions): Record<string, string> {
  return {
    explain: renderExplainPage(reports.explain, options),
    tensors: [...renderTensorTable(reports.tensors, true, options)].join(''),
    'tensors --no-fold': [...renderTensorTable(reports.tensors, false, options)].join(''),
    tensor: [...renderTensorPage(reports.tensor, options)].join(''),
    metadata: [...renderMetadata(reports.metadata, options)].join(''),
  };
}
