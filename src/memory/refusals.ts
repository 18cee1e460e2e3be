/** Options with which llama.cpp does not start (`llama_init_from_model`), one sentence each. */

import type { CacheFacet } from '../architectures/cache-facet.js';
import type { TensorType } from '../formats/tensor-types.js';
import { MOST_SEQUENCES } from '../words/llama-cpp.js';
import type { LayerPlan } from './cache-layers.js';
import type { ContextSettings } from './cells.js';

export function refusals(row: CacheFacet, plan: LayerPlan, settings: ContextSettings): string[] {
  if (row.cache === 'none') return [];
  const { keyType, valueType, flashAttention, sequences } = settings;
  const found: string[] = [];
  if (sequences > MOST_SEQUENCES) found.push(`llama.cpp takes at most ${MOST_SEQUENCES} sequences.`);
  if (plan.latent && keyType !== valueType) found.push('This model keeps keys and values together, in one format.');
  if (valueType.blockElements > 1 && !flashAttention) {
    const never = row.flashAttention === false ? ', which this architecture cannot use' : '';
    found.push(`Values in ${valueType.name} need flash attention${never}.`);
  }
  if (flashAttention) {
    const trunk = plan.layers.filter(({ index }) => index < plan.trunk);
    for (const [what, type, lengths] of [
      ['keys', keyType, trunk.map(({ keyLength }) => keyLength)],
      ['values', valueType, trunk.map(({ valueLength }) => valueLength)],
    ] as const) {
      const odd = lengths.find((length) => length % type.blockElements !== 0);
      if (odd !== undefined) found.push(unfit(what, odd, type));
    }
  }
  return found;
}

function unfit(what: string, length: number, { name, blockElements }: TensorType): string {
  return `A head's ${what} have ${length} numbers, which is not a multiple of the block size of ${name} (${blockElements}).`;
}
