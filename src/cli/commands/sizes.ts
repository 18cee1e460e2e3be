/** `sizes`: the same model in every quantization type. */

import { fileTypesNamed, USUAL_FILE_TYPES } from '../../library/sizes.js';
import { WRITABLE_FILE_TYPES } from '../../memory/file-type-sizes.js';
import { renderSizes } from '../../render/text/sizes-page.js';
import { sizesReport } from '../../report/sizes-report.js';
import { openTarget } from '../open-target.js';
import { readCount } from '../option-values.js';
import { printReport } from '../print-report.js';

export interface SizesOptions {
  all?: boolean;
  type?: string;
  context?: string;
  imatrix?: boolean;
  json?: boolean;
}

export async function sizesCommand(target: string, options: SizesOptions): Promise<void> {
  const fileTypes = chosen(options);
  const contextLength = options.context === undefined ? undefined : readCount('--context', options.context);
  const { model } = await openTarget(target);
  const report = sizesReport(target, model, { fileTypes, contextLength, imatrix: options.imatrix === true });
  await printReport(report, options.json, renderSizes);
}

function chosen({ all, type }: SizesOptions): readonly string[] {
  if (all) return WRITABLE_FILE_TYPES;
  return type === undefined ? USUAL_FILE_TYPES : fileTypesNamed(type.split(','), '--type');
}
