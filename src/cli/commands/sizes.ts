/** `sizes`: the same model in every quantization type. */

import { WRITABLE_FILE_TYPES } from '../../memory/file-type-sizes.js';
import { renderSizes } from '../../render/text/sizes-page.js';
import { sizesReport } from '../../report/sizes-report.js';
import type { SizesOptions } from '../definitions/sizes.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';

/** The rows of the guide's table, and the one that people take most between them. */
const USUAL = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K', 'IQ4_XS'];

export async function run(target: string, options: SizesOptions): Promise<void> {
  const { all, type = USUAL, context: contextLength } = options;
  const fileTypes = all ? WRITABLE_FILE_TYPES : type;
  const { model } = await openTarget(target);
  const report = sizesReport(target, model, { fileTypes, contextLength, imatrix: options.imatrix === true });
  await printReport(report, options.format, { text: renderSizes });
}
