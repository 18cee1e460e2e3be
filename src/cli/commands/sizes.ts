/** `sizes`: the same model in every quantization type. */

import { WRITABLE_FILE_TYPES } from '../../memory/file-type-sizes.js';
import { renderSizes } from '../../render/text/sizes-page.js';
import { sizesReport } from '../../report/sizes-report.js';
import { openTarget } from '../open-target.js';
import { readCount } from '../option-values.js';
import { printReport } from '../print-report.js';
import { UsageError } from '../usage-error.js';

export interface SizesOptions {
  all?: boolean;
  type?: string;
  context?: string;
  imatrix?: boolean;
  json?: boolean;
}

/** The rows of the guide's table, and the one that people take most between them. */
const USUAL = ['F32', 'F16', 'Q8_0', 'Q6_K', 'Q5_K_M', 'Q4_K_M', 'Q3_K_M', 'Q2_K', 'IQ4_XS'];

export async function sizesCommand(target: string, options: SizesOptions): Promise<void> {
  const fileTypes = chosen(options);
  const contextLength = options.context === undefined ? undefined : readCount('--context', options.context);
  const { model } = await openTarget(target);
  const report = sizesReport(target, model, { fileTypes, contextLength, imatrix: options.imatrix === true });
  await printReport(report, options.json, renderSizes);
}

function chosen({ all, type }: SizesOptions): readonly string[] {
  if (all) return WRITABLE_FILE_TYPES;
  if (type === undefined) return USUAL;
  return type.split(',').map((word) => {
    const name = word.trim().toUpperCase();
    const known = WRITABLE_FILE_TYPES.find((one) => one === name);
    if (known !== undefined) return known;
    throw new UsageError(
      'bad-type',
      `--type ${word} names no file type that llama.cpp writes`,
      `there is ${WRITABLE_FILE_TYPES.join(', ')}`,
    );
  });
}
