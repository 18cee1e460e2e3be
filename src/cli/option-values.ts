/** The values of options: numbers and sizes as people write them. */

import { bytesFrom, countFrom } from '../words/quantities.js';
import { UsageError } from './usage-error.js';

/** A number from 1, in digits, with thousands separators or as `32k` (of 1,024). Throws UsageError. */
export function readCount(option: string, text: string): number {
  const count = countFrom(text) ?? 0;
  if (count >= 1 && count <= MOST) return count;
  throw new UsageError('bad-number', `${option} ${text} is no number from 1 to ${MOST}`, 'write 8192, or 8k');
}

/** No model is run with more tokens, sequences or batches. */
const MOST = 2 ** 30;

/** Bytes from `24GiB`, `24G`, `512MB` or a plain number. Throws UsageError. */
export function readBytes(option: string, text: string): number {
  const bytes = bytesFrom(text) ?? 0;
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(
    'bad-size',
    `${option} ${text} is no amount of memory`,
    'write 24GiB, 512MB or a number of bytes',
  );
}

/** Bytes in a second, from `400GB/s` or an amount of bytes alone. Throws UsageError. */
export function readBytesPerSecond(option: string, text: string): number {
  return readBytes(option, text.trim().replace(/\/s$/i, ''));
}
