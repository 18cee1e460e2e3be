/** Evaluates rules: values of a description that are given or follow from the model. */

import type { Rule } from './forward.js';
import type { LayerView } from './layer-view.js';

export function ruled<T>(rule: Rule<T>, at: LayerView): T;
export function ruled<T>(rule: Rule<T> | undefined, at: LayerView): T | undefined;
export function ruled<T>(rule: Rule<T> | undefined, at: LayerView): T | undefined {
  return typeof rule === 'function' ? (rule as (at: LayerView) => T)(at) : rule;
}
