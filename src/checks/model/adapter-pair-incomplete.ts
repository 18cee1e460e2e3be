import { adapterPairs } from '../../model/adapter-pairs.js';
import type { ModelTensor } from '../../model/model.js';
import type { Check } from '../check.js';
import { tensorPlace } from '../place.js';
import { isAdapter } from '../subjects.js';

export const adapterPairIncomplete: Check = {
  code: 'adapter-pair-incomplete',
  judge(model) {
    if (!isAdapter(model)) return [];
    const halves = adapterPairs(model).filter(({ a, b }) => a === null || b === null);
    const [first] = halves;
    if (first === undefined) return [];
    const there = (first.a ?? first.b) as ModelTensor;
    const missing = `${first.base}.lora_${first.a === null ? 'a' : 'b'}`;
    return [
      {
        code: 'adapter-pair-incomplete',
        place: tensorPlace(there),
        facts: { tensor: there.name, missing, count: halves.length },
      },
    ];
  },
};
