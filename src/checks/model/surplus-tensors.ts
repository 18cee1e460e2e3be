import { foldNames } from '../../model/fold-names.js';
import type { Check } from '../check.js';
import { listed } from '../listed.js';
import { wholeModel } from '../whole-model.js';

/**
 * Tensors that llama.cpp's loader does not ask for: of another architecture, of layers that the model has not, or unknown. It counts
 * what it has asked for against what is there and gives up ("wrong number of tensors").
 */
export const surplusTensors: Check = {
  code: 'surplus-tensors',
  judge(model, surroundings) {
    const whole = wholeModel(model, surroundings);
    const stock = whole?.stock;
    if (!whole || !stock) return [];
    const surplus = whole.tensors.filter(({ name }) => !stock.uses(name));
    const [first] = surplus;
    if (first === undefined) return [];
    const own = model.tensors.includes(first);
    const place = own ? { offset: first.offset, tensor: first.name } : { tensor: first.name };
    const facts = {
      architecture: whole.architecture,
      layers: model.hyperparameters.blockCount ?? 0,
      count: surplus.length,
      examples: listed(foldNames(surplus.map(({ name }) => name))),
    };
    return [{ code: 'surplus-tensors', place, facts }];
  },
};
