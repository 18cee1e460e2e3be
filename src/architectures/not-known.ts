/** Why facets are missing, in words that go behind a colon: "not checked: lengths: how the lengths …". */

import type { NotKnown } from './architecture.js';

/** Of all that a loader tells. */
export const NO_LOADER: NotKnown = { notKnown: 'llama.cpp has a name for it and no loader' };
export const PROJECTOR_LOADER: NotKnown = { notKnown: 'its loader goes by the kind of projector' };

/** Of what follows from the numbers of a model, where they are those of another one. */
export const LENGTHS_OF_TARGET: NotKnown = { notKnown: 'its matrices read vectors of the model that it drafts for' };
export const NUMBERS_OF_TARGET: NotKnown = { notKnown: 'its vocabulary is that of the model that it drafts for' };

/** Of `forward`: nobody has described it yet. */
export const NOT_DESCRIBED: NotKnown = { notKnown: 'its forward pass is not described' };
