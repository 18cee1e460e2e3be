/** Reasons why a facet is missing, worded to follow a colon: "not checked: lengths: how the lengths …". */

import type { NotKnown } from './architecture.js';

/** For all facets that are read from a loader. */
export const NO_LOADER: NotKnown = { notKnown: 'llama.cpp knows the name but has no loader' };
export const PROJECTOR_LOADER: NotKnown = { notKnown: 'its loader depends on the projector type' };

/** For lengths that follow from the hyperparameters of another model. */
export const LENGTHS_OF_TARGET: NotKnown = { notKnown: 'its matrices read vectors of the model that it drafts for' };
export const NUMBERS_OF_TARGET: NotKnown = { notKnown: 'its vocabulary is that of the model that it drafts for' };

/** For `forward`: it is not described yet. */
export const NOT_DESCRIBED: NotKnown = { notKnown: 'its forward pass is not described' };
