import { adapterPairs, isTable } from '../../model/adapter-pairs.js';
import type { Model } from '../../model/model.js';
import { shardOf } from '../../model/shard-keys.js';
import type { Check } from '../check.js';
import { isAdapter, languageModels } from '../subjects.js';

/** An adapter fits a base of its architecture that has each tensor it changes, in the shape that it changes (llama-adapter.cpp). */
export const adapterMisfit: Check = {
  code: 'adapter-misfit',
  judge(model, { neighbours }) {
    if (!isAdapter(model)) return [];
    const misfits = languageModels(neighbours).map((base) => ({ base, why: reason(model, base.model) }));
    if (misfits.length === 0 || misfits.some(({ why }) => why === null)) return [];
    // The base of the same architecture is the one that was meant.
    const same = ({ base }: (typeof misfits)[number]) => architectureOf(base.model) === architectureOf(model);
    const { base, why } = misfits.find(same) ?? misfits[0]!;
    return [{ code: 'adapter-misfit', place: why!.place, facts: { model: base.fileName, why: why!.words } }];
  },
};

function architectureOf({ hyperparameters }: Model): string | null {
  return hyperparameters.architecture;
}

/** Null where the adapter fits. */
function reason(adapter: Model, base: Model): { words: string; place: { key?: string; tensor?: string } } | null {
  const [mine, its] = [architectureOf(adapter), architectureOf(base)];
  // Without one it has a finding of its own.
  if (mine !== null && mine !== its) {
    return { words: `it is made for ${mine}, and that is ${its}`, place: { key: 'general.architecture' } };
  }
  const tensors = new Map(base.tensors.map((tensor) => [tensor.name, tensor]));
  for (const pair of adapterPairs(adapter)) {
    const changed = tensors.get(pair.base);
    const place = { tensor: pair.a?.name ?? pair.b?.name ?? pair.base };
    if (changed === undefined) {
      // A shard has only some of the tensors.
      if (shardOf(base) !== null) continue;
      return { words: `that has no tensor ${pair.base}`, place };
    }
    if (pair.a === null || pair.b === null) continue;
    const [width, height] = [changed.dimensions[0] ?? 1, changed.dimensions[1] ?? 1];
    const [from, to] = isTable(pair)
      ? [pair.b.dimensions[1] ?? 1, pair.a.dimensions[1] ?? 1]
      : [pair.a.dimensions[0] ?? 1, pair.b.dimensions[1] ?? 1];
    if (from === width && to === height) continue;
    return { words: `${pair.base} is ${width} → ${height} there, and ${from} → ${to} here`, place };
  }
  return null;
}
