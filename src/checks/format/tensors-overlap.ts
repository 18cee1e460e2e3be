import type { Tensor } from '../../gguf/data-layout.js';
import type { Check } from '../check.js';
import { shortened, tensorPlace } from '../place.js';

/** The first two tensors that share bytes. Told beside the offset that is not the expected one, for it says what that leads to. */
export const tensorsOverlap: Check = {
  code: 'tensors-overlap',
  judge({ file }) {
    const overlap = firstOverlap(file.tensors);
    if (overlap === undefined) return [];
    const facts = { other: shortened(overlap.before.name) };
    return [{ code: 'tensors-overlap', place: tensorPlace(overlap.behind), facts }];
  },
};

/** In the order of their data only neighbours need to be compared. */
function firstOverlap(tensors: readonly Tensor[]): { before: Tensor; behind: Tensor } | undefined {
  const placed = tensors.filter(({ bytes }) => (bytes ?? 0) > 0).sort((a, b) => a.dataOffset - b.dataOffset);
  for (let i = 1; i < placed.length; i++) {
    const [before, behind] = [placed[i - 1]!, placed[i]!];
    if (before.dataOffset + (before.bytes as number) > behind.dataOffset) return { before, behind };
  }
  return undefined;
}
