/** Why facets are missing, in words that go behind a colon: "not checked: lengths: how the lengths …". */

import type { NotKnown } from './architecture.js';

export const TENSORS_NOT_KNOWN: NotKnown = { notKnown: 'which tensors it must have is not known' };
export const KEYS_NOT_KNOWN: NotKnown = { notKnown: 'which keys its loader demands is known only in part' };
export const LENGTHS_NOT_KNOWN: NotKnown = {
  notKnown: 'how the lengths of its tensors follow from its numbers is not known',
};
export const CACHE_NOT_KNOWN: NotKnown = { notKnown: 'what it keeps of earlier tokens is not known' };
export const NUMBERS_NOT_KNOWN: NotKnown = { notKnown: 'what its numbers mean is not known' };

/** Of `forward`: nobody has described it yet. */
export const NOT_DESCRIBED: NotKnown = { notKnown: 'its forward pass is not described' };
