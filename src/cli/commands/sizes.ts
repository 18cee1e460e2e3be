/** `sizes`: the same model in every quantization type, or which file of a repository fits. */

import { UsageError } from '../../explained-error.js';
import { requireNamed, sizesOf, USUAL_FILE_TYPES } from '../../library/sizes.js';
import { WRITABLE_FILE_TYPES } from '../../memory/file-type-sizes.js';
import { openModel } from '../../open/open-model.js';
import { renderSizes } from '../../render/text/sizes-page.js';
import type { SizesOptions } from '../definitions/sizes.js';
import { printReport } from '../formats.js';
import { headersFor, locateTarget } from '../locate-target.js';
import { askedPlacement } from '../placement-options.js';

export async function run(target: string, options: SizesOptions): Promise<void> {
  const { all, type = USUAL_FILE_TYPES, context: contextLengths, tensors, budget } = options;
  requireNamed(tensors, options.type);
  const fileTypes = all ? WRITABLE_FILE_TYPES : type;
  const placement = await askedPlacement(options);
  const location = locateTarget(target);
  const found =
    location.kind === 'remote' ? await (await import('../../locate/remote.js')).findRemote(location) : location;
  if (found.kind === 'repository') {
    if (placement === undefined && budget === undefined) {
      const hint = `add --gpu 12GiB or --budget 16GiB; gguf-explain ${target} lists its files`;
      throw new UsageError(
        'bad-usage',
        `${target} is a repository with several models: say what they have to fit on`,
        hint,
      );
    }
    const [{ repositorySizesOf, USUAL_CONTEXT }, { renderRepositorySizes }] = await Promise.all([
      import('../../library/repository-sizes.js'),
      import('../../render/text/repository-sizes-page.js'),
    ]);
    const question = { contextLengths: contextLengths ?? [USUAL_CONTEXT], placement, budget };
    const report = await repositorySizesOf(found.listing, question, { headers: headersFor });
    return await printReport(report, options.format, { text: renderRepositorySizes });
  }
  await using opened = await openModel(found);
  const imatrix = options.imatrix === true;
  const question = { fileTypes, contextLengths, imatrix, tensors, placement, budget };
  await printReport(sizesOf(opened, question), options.format, { text: renderSizes });
}
