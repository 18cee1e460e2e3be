/** Quantities as people read them: three significant digits, binary units for memory, thousands separators. */

import { describe, expect, it } from 'vitest';
import {
  formatBits,
  formatBytes,
  formatCount,
  formatInteger,
  formatParameters,
} from '../../src/words/format-quantity.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [1, '1 B'],
    [912, '912 B'],
    [1023, '1023 B'],
    [1024, '1.00 KiB'],
    [1536, '1.50 KiB'],
    [10_229, '9.99 KiB'],
    [10_240, '10.0 KiB'],
    [102_400, '100 KiB'],
    [1_023_488, '0.98 MiB'],
    [1024 ** 2, '1.00 MiB'],
    [1024 ** 2 - 1, '1.00 MiB'],
    [934_272, '912 KiB'],
    [302_000_000, '288 MiB'],
    [4_920_739_232, '4.58 GiB'],
    [16 * 1024 ** 3, '16.0 GiB'],
    [2 * 1024 ** 4, '2.00 TiB'],
    [Number.MAX_SAFE_INTEGER, '8.00 PiB'],
  ])('%d is %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words);
  });

  it('has at most four digits and never reaches 1,000 of a unit', () => {
    for (let bytes = 1; bytes < Number.MAX_SAFE_INTEGER; bytes = Math.ceil(bytes * 1.01)) {
      expect(formatBytes(bytes)).toMatch(/^(\d{1,4} B|(\d\.\d\d|\d\d\.\d|\d{3}) [KMGTP]iB)$/);
    }
  });
});

describe('formatParameters', () => {
  it.each([
    [0, '0'],
    [45, '45'],
    [999, '999'],
    [1000, '1.00 K'],
    [999_499, '999 K'],
    [999_500, '1.00 M'],
    [1_472_256, '1.47 M'],
    [525_336_576, '525 M'],
    [8_030_261_312, '8.03 B'],
    [46_702_792_704, '46.7 B'],
    [1_026_000_000_000, '1.03 T'],
  ])('%d is %s', (count, words) => {
    expect(formatParameters(count)).toBe(words);
  });
});

describe('formatInteger', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [128_256, '128,256'],
    [8_030_261_312, '8,030,261,312'],
    [-1234, '-1,234'],
    [Number.MAX_SAFE_INTEGER, '9,007,199,254,740,991'],
  ])('%d is %s', (value, words) => {
    expect(formatInteger(value)).toBe(words);
  });
});

describe('formatCount and formatBits', () => {
  it.each([
    [formatCount(0, 'tensor'), '0 tensors'],
    [formatCount(1, 'tensor'), '1 tensor'],
    [formatCount(1200, 'tensor'), '1,200 tensors'],
    [formatBits(4.5), '4.50'],
    [formatBits(2.625), '2.63'],
    [formatBits(32), '32.00'],
  ])('%s', (made, wanted) => {
    expect(made).toBe(wanted);
  });
});
