/** A metadata value alone, as a script needs it: the text itself, a number, or one item of an array on each line. */

import type { MetadataValue } from '../gguf/metadata.js';
import { shortestSingle } from '../words/format-quantity.js';

/** `single`: numbers are 32-bit floats. */
export function rawValue(value: MetadataValue, single: boolean): { text: string; complete: boolean } {
  if (typeof value === 'number' && single) return { text: `${shortestSingle(value)}\n`, complete: true };
  if (typeof value !== 'object') return { text: `${value}\n`, complete: true };
  if (value.kind === 'long-string') return { text: `${value.head}\n`, complete: false };
  const items = value.items.map((item) => rawValue(item, value.itemType === 'f32'));
  return {
    text: items.map(({ text }) => text).join(''),
    complete: value.items.length === value.count && items.every(({ complete }) => complete),
  };
}
