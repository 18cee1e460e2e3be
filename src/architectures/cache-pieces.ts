/** Cache facets that several architectures share. */

import type { CacheFacet, StateRule } from './cache-facet.js';

/** Keys and values of every layer, for the whole context. */
export const PLAIN_CACHE: CacheFacet = { cache: 'layers' };

/** No cache: all tokens are processed at once (encoders, diffusion), or another program runs the model. */
export const NO_CACHE: CacheFacet = { cache: 'none' };

/** A window on all but one layer of each `period`, if the file gives its size. */
export const windowCache = (period: number, more: { fullFirst?: true } = {}): CacheFacet => ({
  cache: 'layers',
  window: { when: 'size-given', layers: { period, ...more } },
});

/** A state in every layer and no cache. */
export const recurrentCache = (kind: StateRule['kind']): CacheFacet => ({
  cache: 'layers',
  state: { kind, layers: 'all' },
});

/** A state in the layers without key-value heads, a cache in the others. */
export const hybridCache = (kind: StateRule['kind'], more: Partial<StateRule> = {}): CacheFacet => ({
  cache: 'layers',
  state: { kind, layers: 'without-kv-heads', ...more },
  nextTokenLayers: 'counted',
});
