/** The report of `sizes`, and the file types that it covers. */

import { UsageError } from '../explained-error.js';
import { WRITABLE_FILE_TYPES } from '../memory/file-type-sizes.js';
import type { OpenedModel } from '../open/open-model.js';
import { type SizesQuestion, sizesReport } from '../report/sizes-report.js';
import type { SizesReport } from '../report/sizes-schema.js';
import { requireLanguageModel } from './language-model.js';

/** The rows of the guide's table, with the most popular type added in its place. */
export const USUAL_FILE_TYPES = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K', 'IQ4_XS'];

/** Throws UsageError for a model that llama.cpp's quantizer does not accept. */
export function sizesOf(opened: OpenedModel, question: SizesQuestion): SizesReport {
  requireLanguageModel(opened, 'Sizes by file type');
  return sizesReport(opened.name, opened.model, question);
}

/** File types by their names, in upper or lower case. Throws UsageError; `option` is the name of the option for its message. */
export function fileTypesNamed(names: readonly string[], option: string): string[] {
  return names.map((word) => {
    const name = word.trim().toUpperCase();
    const known = WRITABLE_FILE_TYPES.find((one) => one === name);
    if (known !== undefined) return known;
    const message = `${option}: "${word}" is not a file type that llama.cpp writes`;
    throw new UsageError('bad-type', message, `choose from ${WRITABLE_FILE_TYPES.join(', ')}`);
  });
}

/**
 * Throws UsageError if the type of every tensor is wanted and no file types are named: such lists for all nine types would be too long to
 * read.
 */
export function requireNamed(tensors: boolean | undefined, types: unknown): void {
  if (!tensors || types !== undefined) return;
  throw new UsageError(
    'bad-usage',
    '--tensors shows the tensors of a file type, so it needs --type',
    'add --type Q4_K_M',
  );
}
