/** The values of options: numbers, sizes and lists as people write them. `name` is the option, for the words of the error. */

import { UsageError } from '../explained-error.js';
import { MOST_COUNT, MOST_SECONDS, MOST_THREADS } from '../library/option-limits.js';
import { bytesIn } from '../library/option-values.js';
import { countFrom } from '../words/quantities.js';

/** A number from 1, in digits, with thousands separators or as `32k` (of 1,024); `such` is what one may write. Throws UsageError. */
export function readCount(text: string, name: string, such = 'write 4'): number {
  const count = countFrom(text) ?? 0;
  if (count >= 1 && count <= MOST_COUNT) return count;
  throw new UsageError('bad-number', `${name}: "${text}" is not a number from 1 to ${MOST_COUNT}`, such);
}

/** A number of tokens, which people also write in thousands. Throws UsageError. */
export function readTokens(text: string, name: string): number {
  return readCount(text, name, 'write 8192, or 8k');
}

/** Different numbers of tokens, in several texts or with commas between. Throws UsageError. */
export function readTokenCounts(texts: readonly string[], name: string): number[] {
  return [...new Set(texts.flatMap((text) => text.split(',')).map((word) => readTokens(word, name)))];
}

/** A number of a layer or a head, from 0. Throws UsageError. */
export function readIndex(text: string, name: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UsageError('bad-number', `${name}: "${text}" is not a number`, 'layers and heads are counted from 0');
}

export { bytesIn as readBytes } from '../library/option-values.js';

/** Bytes in a second, from `400GB/s` or an amount of bytes alone. Throws UsageError. */
export function readBytesPerSecond(text: string, name: string): number {
  return bytesIn(text.trim().replace(/\/s$/i, ''), name);
}

/** Throws UsageError. */
export function readThreads(text: string, name: string): number {
  const threads = /^\d+$/.test(text) ? Number(text) : 0;
  if (threads >= 1 && threads <= MOST_THREADS) return threads;
  throw new UsageError('bad-number', `${name}: "${text}" is not a number from 1 to ${MOST_THREADS}`);
}

/** A share from `8%` or `0.08`. Throws UsageError. */
export function readShare(text: string, name: string): number {
  const [, digits = '', percent] = /^(\d{1,6}(?:\.\d{1,6})?)\s*(%?)$/.exec(text.trim()) ?? [];
  if (digits !== '') return Number(digits) / (percent === '%' ? 100 : 1);
  throw new UsageError('bad-number', `${name}: "${text}" is not a share`, 'write 8%, or 0.08');
}

/** Milliseconds from seconds with or without a fraction. Throws UsageError. */
export function readSeconds(text: string, name: string): number {
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : 0;
  if (seconds > 0 && seconds <= MOST_SECONDS) return seconds * 1000;
  const message = `${name}: "${text}" is not a number of seconds up to ${MOST_SECONDS}`;
  throw new UsageError('bad-number', message, 'write 30, or 0.5');
}

/** Words with commas between. */
export function readList(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}
