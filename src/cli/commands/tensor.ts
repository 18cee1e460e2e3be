/** `tensor`: what one tensor, or each row that a pattern matches, does. */

import type { Model } from '../../model/model.js';
import { renderTensorPage } from '../../render/text/tensor-page.js';
import { tensorReport } from '../../report/tensor-report.js';
import { modelFirst } from '../model-argument.js';
import { printReport } from '../print-report.js';
import { readModel } from '../read-model.js';
import { UsageError } from '../usage-error.js';

export async function tensorCommand(first: string, second: string, options: { json?: boolean }): Promise<void> {
  const [target, pattern] = modelFirst(first, second);
  const model = await readModel(target);
  const report = tensorReport(target, model, pattern);
  if (report.rows.length === 0) {
    throw new UsageError('no-such-tensor', `${target}: no tensor is named ${pattern}`, similarNames(model, pattern));
  }
  await printReport(report, options.json, renderTensorPage);
}

/** Names that have a part of the wanted one in them, or the way to all names. */
function similarNames(model: Model, wanted: string): string {
  const part =
    wanted
      .replace(/\.(weight|bias)$/, '')
      .split('.')
      .at(-1) ?? '';
  const similar = part === '' ? [] : model.tensors.filter(({ name }) => name.includes(part)).slice(0, 3);
  if (similar.length > 0) return `there is ${similar.map(({ name }) => name).join(', ')}`;
  return 'gguf-explain tensors MODEL lists all names; globs such as blk.*.attn_q.weight work too';
}
