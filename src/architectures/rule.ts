/** A rule of a description: a value, or a function that derives it from the layer. */

import type { LayerView } from './layer-view.js';

/** A value, or a function that derives it for one layer from the model's hyperparameters and tensors. */
export type Rule<T> = T | ((at: LayerView) => T);

/** A rule that is always a function of the layer. */
export type LayerViewRule<T> = (at: LayerView) => T;
