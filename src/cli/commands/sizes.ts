/** `sizes`: the same model in every quantization type. */

import { requireNamed, sizesOf, USUAL_FILE_TYPES } from '../../library/sizes.js';
import { WRITABLE_FILE_TYPES } from '../../memory/file-type-sizes.js';
import { renderSizes } from '../../render/text/sizes-page.js';
import type { SizesOptions } from '../definitions/sizes.js';
import { printReport } from '../formats.js';
import { openTarget } from '../open-target.js';

export async function run(target: string, options: SizesOptions): Promise<void> {
  const { all, type = USUAL_FILE_TYPES, context: contextLength, tensors } = options;
  requireNamed(tensors, options.type);
  const fileTypes = all ? WRITABLE_FILE_TYPES : type;
  const report = sizesOf(await openTarget(target), {
    fileTypes,
    contextLength,
    imatrix: options.imatrix === true,
    tensors,
  });
  await printReport(report, options.format, { text: renderSizes });
}
