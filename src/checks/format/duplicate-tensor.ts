import { exactName } from '../../gguf/exact-text.js';
import type { TensorInfo } from '../../gguf/tensor-infos.js';
import type { Check } from '../check.js';
import { shortened, tensorPlace } from '../place.js';
import { repeated } from '../repeated.js';

/** Which of two tensors of one name a loader takes is chance. */
export const duplicateTensor: Check = {
  code: 'duplicate-tensor',
  judge({ file }) {
    return repeated(file.tensors, nameInGgml).map((tensor) => ({
      code: 'duplicate-tensor',
      place: tensorPlace(tensor),
      facts: { name: shortened(tensor.name) },
    }));
  },
};

/** ggml keeps names as C strings: a NUL and what follows it is lost. */
function nameInGgml(tensor: TensorInfo): string {
  const name = exactName(tensor);
  const end = name.indexOf('\0');
  return end < 0 ? name : name.slice(0, end);
}
