import { padded, type Tensor } from '../../gguf/data-layout.js';
import type { GgufFile } from '../../gguf/decode.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';

/** Each offset is the running sum of the padded sizes before it, in the order of the tensor infos: no gap, no other order. */
export const offsetUnexpected: Check = {
  code: 'offset-unexpected',
  judge({ file }) {
    const misplaced = misplacedTensors(file);
    const [first] = misplaced;
    if (first === undefined) return [];
    // One gap moves all that follow; the first tensor is where to look.
    const facts = { found: first.tensor.dataOffset, expected: first.expected, count: misplaced.length };
    return [{ code: 'offset-unexpected', place: tensorPlace(first.tensor), facts }];
  },
};

function misplacedTensors({ tensors, alignment }: GgufFile): { tensor: Tensor; expected: number }[] {
  const misplaced: { tensor: Tensor; expected: number }[] = [];
  let expected: number | undefined = 0;
  for (const tensor of tensors) {
    if (expected !== undefined && tensor.dataOffset !== expected) misplaced.push({ tensor, expected });
    // After a tensor of unknown size the sum starts anew at the next one, wherever that is.
    expected = tensor.bytesAre === 'exact' ? tensor.dataOffset + padded(tensor.bytes as number, alignment) : undefined;
  }
  return misplaced;
}
