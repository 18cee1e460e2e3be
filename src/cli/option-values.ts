/** The values of options: numbers and sizes as people write them. */

import { UsageError } from './usage-error.js';

const MULTIPLES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2 };

/** A number from 1, in digits, with thousands separators or as `32k` (of 1,024). Throws UsageError. */
export function readCount(option: string, text: string): number {
  const match = /^(\d[\d,_]*)([km]?)$/i.exec(text.trim());
  const count = match ? Number(match[1]!.replace(/[,_]/g, '')) * MULTIPLES[match[2]!.toLowerCase()]! : 0;
  if (count >= 1 && count <= MOST) return count;
  throw new UsageError('bad-number', `${option} ${text} is no number from 1 to ${MOST}`, 'write 8192, or 8k');
}

/** No model is run with more tokens, sequences or batches. */
const MOST = 2 ** 30;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
};

/** Bytes from `24GiB`, `24G`, `512MB` or a plain number. Throws UsageError. */
export function readBytes(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)(?:\/s)?$/i.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? '-'];
  const bytes = match && unit !== undefined ? Math.floor(Number(match[1]) * unit) : 0;
  if (bytes >= 1 && Number.isSafeInteger(bytes)) return bytes;
  throw new UsageError(
    'bad-size',
    `${option} ${text} is no amount of memory`,
    'write 24GiB, 512MB or a number of bytes',
  );
}
