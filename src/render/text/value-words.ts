/** Numbers of a model for people: three significant digits, in the same few columns whatever their size. */

import type { ValueStatistics } from '../../report/values-schema.js';
import { formatInteger } from '../../words/format-quantity.js';
import { withMinus } from '../../words/minus.js';

/** `0.0312`, `−1.25`, `312`, `3.1e−5`; a dash for null. */
export function valueWords(value: number | null): string {
  if (value === null) return '-';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-4) return withMinus(value.toExponential(1).replace('e+', 'e'));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(size)));
  return withMinus(value.toFixed(Math.min(5, decimals)));
}

/** A share in percent: `0 %`, `<0.1 %`, `12.5 %`. */
export function shareWords(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0 %';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return '<0.1 %';
  return `${percent >= 99.95 && part < whole ? '99.9' : percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

/** How far a layer is from the others: `0.31 is 8.2 × the median`. */
export function outlyingWords({ statistic, value, median, layers }: NonNullable<ValueStatistics['outlying']>): string {
  const factor = value / median;
  const times = factor >= 1 ? `${factorWords(factor)} ×` : `1/${factorWords(1 / factor)} of`;
  const what = statistic === 'rms' ? 'RMS' : 'largest magnitude';
  return `${what} ${valueWords(value)} is ${times} the median of ${layers} layers`;
}

function factorWords(factor: number): string {
  return factor < 9.95 ? factor.toFixed(1) : formatInteger(Math.round(factor));
}

/** A stored number for a report: four significant digits, but all digits of an integer. */
export function storedWords(value: number | string): string {
  if (typeof value === 'string' || Number.isInteger(value)) return withMinus(String(value));
  const size = Math.abs(value);
  return withMinus(size >= 1e6 || size < 1e-4 ? value.toExponential(3) : String(Number(value.toPrecision(4))));
}
