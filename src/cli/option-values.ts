/** Reads the values of options: numbers, sizes and lists as people write them. `name` is the option, for errors. */

import { UsageError } from '../explained-error.js';
import { MOST_COUNT, MOST_SECONDS, MOST_THREADS } from '../library/option-limits.js';
import { bytesIn } from '../library/option-values.js';
import { formatInteger } from '../words/format-quantity.js';
import { countFrom } from '../words/quantities.js';

/**
 * Makes a reader of numbers from 1, in digits, with thousands separators, or as `32k` (k is 1,024). `hint` is an example of a value that
 * makes sense for this option. The reader throws UsageError.
 */
export function countLike(hint: string) {
  return (text: string, name: string): number => {
    const count = countFrom(text) ?? 0;
    if (count >= 1 && count <= MOST_COUNT) return count;
    const most = formatInteger(MOST_COUNT);
    throw new UsageError('bad-number', `${name}: "${text}" is not a number from 1 to ${most}`, hint);
  };
}

/** Reads a context length in tokens, which people also write as `32k`. Throws UsageError. */
const readTokens = countLike('write 8192, or 8k');

/** Reads context lengths in tokens, without duplicates, from several texts or with commas between them. Throws UsageError. */
export function readTokenCounts(texts: readonly string[], name: string): number[] {
  for (const text of texts) {
    if (!isGrouped(text)) continue;
    const hint = `write ${text.replaceAll(',', '')}, or several lengths without commas inside: 4096,8192`;
    throw new UsageError('bad-number', `${name}: "${text}" could be one number or several`, hint);
  }
  return [...new Set(texts.flatMap((text) => text.split(',')).map((word) => readTokens(word, name)))];
}

/** Whether the commas of a text may be thousands separators: `8,192` is a round length if it is one number, `128,256` is not. */
function isGrouped(text: string): boolean {
  if (!/^[1-9]\d{0,2}(?:,\d{3})+$/.test(text)) return false;
  const whole = Number(text.replaceAll(',', ''));
  return whole % 1024 === 0 || whole % 1000 === 0;
}

/** Makes a reader of numbers from 0: the index of a layer, a head or a card, or a count. The reader throws UsageError. */
export function indexLike(hint: string) {
  return (text: string, name: string): number => {
    if (/^\d{1,6}$/.test(text)) return Number(text);
    throw new UsageError('bad-number', `${name}: "${text}" is not a whole number`, hint);
  };
}

export { bytesIn as readBytes } from '../library/option-values.js';

/** Bytes, or zero in any unit: `0`, `0GiB`. Throws UsageError. */
export function readBytesOrNone(text: string, name: string): number {
  return /^0+(?:\.0+)?\s*(?:[kmgtp]?i?b?)$/i.test(text.trim()) ? 0 : bytesIn(text, name);
}

/** Bytes per second, from `400GB/s` or just an amount of bytes. Throws UsageError. */
export function readBytesPerSecond(text: string, name: string): number {
  return bytesIn(text.trim().replace(/\/s$/i, ''), name, { what: 'a speed', unit: '/s' });
}

/** Throws UsageError. */
export function readThreads(text: string, name: string): number {
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError('bad-number', `${name}: "${text}" is not a number from 1 to ${MOST_THREADS}`, 'write 4');
}

/** A share, from `8%` or `0.08`. Throws UsageError. */
export function readShare(text: string, name: string): number {
  const [, digits = '', percent] = /^(\d{1,6}(?:\.\d{1,6})?)\s*(%?)$/.exec(text.trim()) ?? [];
  if (digits !== '') return Number(digits) / (percent === '%' ? 100 : 1);
  throw new UsageError('bad-number', `${name}: "${text}" is not a share`, 'write 8%, or 0.08');
}

/** Milliseconds, from seconds with or without a fraction. Throws UsageError. */
export function readSeconds(text: string, name: string): number {
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  const message = `${name}: "${text}" is not a number of seconds up to ${formatInteger(MOST_SECONDS)}`;
  throw new UsageError('bad-number', message, 'write 30, or 0.5');
}

/** Words separated by commas. */
export function readList(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}
