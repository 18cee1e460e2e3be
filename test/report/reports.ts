/** The reports on a file as the commands make them, but without a process: for loops over many files. */

import { basename, join } from 'node:path';
import { remark } from '../../src/checks/explain-rules.js';
import { judge } from '../../src/checks/registry.js';
import { NO_SURROUNDINGS } from '../../src/checks/surroundings.js';
import { readGguf } from '../../src/index.js';
import { WRITABLE_FILE_TYPES } from '../../src/memory/file-type-sizes.js';
import { interpret, type Model } from '../../src/model/model.js';
import { pageText } from '../../src/render/lines.js';
import type { RenderOptions } from '../../src/render/options.js';
import { renderCheckPage } from '../../src/render/text/check-page.js';
import { renderExplainPage } from '../../src/render/text/explain-page.js';
import { renderMemory } from '../../src/render/text/memory-page.js';
import { renderMetadata } from '../../src/render/text/metadata-table.js';
import { renderSizes } from '../../src/render/text/sizes-page.js';
import { renderTensorPage } from '../../src/render/text/tensor-page.js';
import { renderTensorTable } from '../../src/render/text/tensor-table.js';
import { checkedFile, checkReport } from '../../src/report/check-report.js';
import type { CheckReport } from '../../src/report/check-schema.js';
import { explainReport } from '../../src/report/explain-report.js';
import type { ExplainReport } from '../../src/report/explain-schema.js';
import { memoryReport } from '../../src/report/memory-report.js';
import type { MemoryReport } from '../../src/report/memory-schema.js';
import { metadataReport } from '../../src/report/metadata-report.js';
import type { MetadataReport, TensorReport, TensorsReport } from '../../src/report/schema.js';
import { sizesReport } from '../../src/report/sizes-report.js';
import type { SizesReport } from '../../src/report/sizes-schema.js';
import { chosenRows, tensorReport } from '../../src/report/tensor-report.js';
import { tensorsReport } from '../../src/report/tensors-report.js';
import { RULE_GROUPS } from '../../src/words/findings.js';
import { setName } from '../../src/words/shard-names.js';
import { FIXTURES_FOLDER, ggufFilesIn } from '../support/places.js';

export const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');

/** All fixtures that can be read. */
export const READABLE = [TINY, ...['valid', 'flawed'].flatMap((folder) => ggufFilesIn(join(FIXTURES_FOLDER, folder)))];

/** Fixtures that are complete models, not parts of a set of files. */
export const WHOLE = READABLE.filter((path) => setName(basename(path)) === null);

export interface Reports {
  check: CheckReport;
  memory: MemoryReport;
  sizes: SizesReport;
  explain: ExplainReport;
  tensors: TensorsReport;
  tensor: TensorReport;
  metadata: MetadataReport;
}

async function readModel(path: string): Promise<Model> {
  return interpret(await readGguf(path));
}

/** The report of each command on a file, with all its tensors and keys. The file is named without its folder. */
export async function reportsOn(path: string): Promise<Reports> {
  return reportsOf(basename(path), await readModel(path));
}

/** The same for a model that was already read or put together. */
export function reportsOf(name: string, model: Model): Reports {
  const checked = checkedFile(name, judge(model, NO_SURROUNDINGS), 'error');
  const question = { rules: RULE_GROUPS, failOn: 'error', headerOnly: false } as const;
  return {
    check: checkReport(question, [checked]),
    memory: memoryReport(name, model, { contextLengths: [], settings: {}, budget: 2 ** 30, bandwidth: 1e9 }),
    sizes: sizesReport(name, model, { fileTypes: WRITABLE_FILE_TYPES, imatrix: false }),
    explain: explainReport(name, model, remark(model)),
    tensors: tensorsReport(name, model, {}),
    tensor: tensorReport(
      name,
      model,
      chosenRows(model, '*').map((row) => ({ row })),
    ),
    metadata: metadataReport(name, model.file, model.file.metadata),
  };
}

/** The page of each report; the tensor table both folded and unfolded. */
export function pagesOf(reports: Partial<Reports>, options: RenderOptions): Record<string, string> {
  const { check, memory, sizes, explain, tensors, tensor, metadata } = reports;
  return {
    ...(check && { check: pageText(renderCheckPage(check, options)) }),
    ...(memory && { memory: pageText(renderMemory(memory, options)) }),
    ...(sizes && { sizes: pageText(renderSizes(sizes, options)) }),
    ...(explain && { explain: renderExplainPage(explain, options) }),
    ...(tensors && {
      tensors: pageText(renderTensorTable(tensors, true, options)),
      'tensors --no-fold': pageText(renderTensorTable(tensors, false, options)),
    }),
    ...(tensor && { tensor: pageText(renderTensorPage(tensor, options)) }),
    ...(metadata && { metadata: pageText(renderMetadata(metadata, options)) }),
  };
}
