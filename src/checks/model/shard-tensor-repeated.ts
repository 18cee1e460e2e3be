import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { siblings } from '../sets-of-neighbors.js';

export const shardTensorRepeated: Check = {
  code: 'shard-tensor-repeated',
  judge(model, surroundings) {
    for (const { fileName, model: other } of siblings(model, surroundings)) {
      const names = new Set(other.tensors.map(({ name }) => name));
      const repeated = model.tensors.filter(({ name }) => names.has(name));
      const [first] = repeated;
      if (first === undefined) continue;
      const facts = { tensor: first.name, otherFile: fileName, count: repeated.length };
      return [{ code: 'shard-tensor-repeated', place: tensorPlace(first), facts }];
    }
    return [];
  },
};
