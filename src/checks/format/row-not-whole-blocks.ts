import type { Tensor } from '../../gguf/data-layout.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';

/** The first dimension is cut into blocks. A tensor of no dimensions is a row of one element; an empty one has rows all the same. */
export const rowNotWholeBlocks: Check = {
  code: 'row-not-whole-blocks',
  judge({ file }) {
    return file.tensors
      .filter((tensor) => tensor.type !== undefined && rowOf(tensor) % tensor.type.blockElements !== 0)
      .map((tensor) => ({
        code: 'row-not-whole-blocks',
        place: tensorPlace(tensor),
        facts: { row: rowOf(tensor), block: tensor.type!.blockElements, type: tensor.type!.name },
      }));
  },
};

function rowOf({ dimensions }: Tensor): number {
  return dimensions[0] ?? 1;
}
