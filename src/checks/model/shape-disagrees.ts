import type { Finding } from '../../gguf/finding.js';
import { ownKey } from '../../model/entries.js';
import type { ModelTensor } from '../../model/model.js';
import { type LayerFacts, ShapeDemands } from '../../model/shape-demands.js';
import type { Check } from '../check.js';
import { governing } from '../governing-file.js';
import { tensorPlace } from '../place.js';
import { isKnownModel } from '../subjects.js';

/** Told once for all layers where the same tensor is wrong in the same way. */
export const shapeDisagrees: Check = {
  code: 'shape-disagrees',
  judge(model, surroundings) {
    const said = governing(model, surroundings);
    if (said === null || !isKnownModel(said)) return [];
    const demands = new ShapeDemands(said);
    const layers = layerFacts(model.tensors);
    const told = new Map<string, Finding>();
    for (const tensor of model.tensors) {
      for (const demand of demands.of(tensor, layers(tensor))) {
        const found = tensor.dimensions[demand.index] ?? 1;
        if (demand.lengths.includes(found)) continue;
        const same = `${tensor.classified.pattern} ${demand.index} ${found} ${demand.lengths[0]}`;
        const earlier = told.get(same);
        if (earlier !== undefined) {
          earlier.facts.count = Number(earlier.facts.count) + 1;
          continue;
        }
        const facts = {
          tensor: tensor.name,
          dimension: demand.index,
          axis: demand.axis,
          found,
          expected: demand.lengths[0] as number,
          key: ownKey(said.hyperparameters, demand.key),
          count: 1,
        };
        told.set(same, { code: 'shape-disagrees', place: tensorPlace(tensor), facts });
      }
    }
    return [...told.values()];
  },
};

function layerFacts(tensors: readonly ModelTensor[]): (tensor: ModelTensor) => LayerFacts {
  const recurrent = new Set<number | null>();
  const gated = new Set<number | null>();
  for (const { classified, roleRow } of tensors) {
    if (roleRow.group === 'recurrent') recurrent.add(classified.layer);
    if (classified.role === 'feed-forward-gate') gated.add(classified.layer);
  }
  return ({ classified: { layer, role } }) => ({
    // Some layers have both; only the fused input is then the one of the state.
    recurrent: recurrent.has(layer) && role === 'attention-query-key-value',
    gated: gated.has(layer),
  });
}
