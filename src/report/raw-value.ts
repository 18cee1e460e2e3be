/** A metadata value alone, as a script needs it: the text itself, a number, or one item of an array on each line. */

import type { MetadataValue } from '../gguf/metadata.js';

export function rawValue(value: MetadataValue): { text: string; complete: boolean } {
  if (typeof value !== 'object') return { text: `${value}\n`, complete: true };
  if (value.kind === 'long-string') return { text: `${value.head}\n`, complete: false };
  const items = value.items.map(rawValue);
  return {
    text: items.map(({ text }) => text).join(''),
    complete: value.items.length === value.count && items.every(({ complete }) => complete),
  };
}
