/** What a description says of each layer: a value, or how it follows from the layer. */

import type { LayerView } from './layer-view.js';

/** A value, or how it follows from the numbers and tensors of the model, for one layer. */
export type Rule<T> = T | ((at: LayerView) => T);

/** A rule that always looks at the layer. */
export type LayerViewRule<T> = (at: LayerView) => T;
