/** Why tensor data cannot be processed, or a manifest cannot be used. */

import { ExplainedError } from '../explained-error.js';
import { GgufError } from '../gguf/error.js';

export type WeightsErrorCode = 'tensor-size-unknown' | 'tensors-overlap' | 'stream-out-of-order' | 'bad-manifest';

/** The message is one sentence and does not include the file name. */
export class WeightsError extends ExplainedError<WeightsErrorCode> {}

/**
 * The error for a file that ends at `end`, before the data of a tensor does: a GgufError, because it has a place in the file. `none`: the
 * file has no data at all; `number`: the tensor's index in the header, if known.
 */
export function dataEndsEarly(
  { name, position, bytes }: { name: string; position: number; bytes: number | null },
  end: number,
  { none = false, number }: { none?: boolean; number?: number } = {},
): GgufError {
  const which = number === undefined ? '' : `${number}, `;
  return new GgufError({
    code: 'truncated',
    offset: position,
    section: 'tensor data',
    entry: `data of tensor ${which}${JSON.stringify(name.slice(0, 80))}`,
    expected: `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`,
    found: `the end of the file at byte ${end}`,
    hint: none
      ? 'only the header is here; the data of the tensors is needed too'
      : 'the download was cut short; download the file again',
  });
}
