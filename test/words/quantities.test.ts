/** Amounts mean the same wherever they are written: as an option on the command line, or in a policy. */

import { describe, expect, it } from 'vitest';
import { countLike, readBytes, readBytesPerSecond } from '../../src/cli/option-values.js';
import { parsePolicy } from '../../src/policy/read-policy.js';

const KIB = 1024;

/** The amount that a reader returns for a text; null where it refuses the text. */
function valueOr(read: () => number | undefined): number | null {
  try {
    return read() ?? null;
  } catch {
    return null;
  }
}

const inPolicy = (key: string, text: string) => `version: 1\n${key}: {max: ${JSON.stringify(text)}}`;

describe('a number of tokens', () => {
  it.each([
    ['8k', 8192],
    ['8K', 8192],
    ['32k', 32_768],
    ['1m', KIB ** 2],
    ['8192', 8192],
    ['8,192', 8192],
    ['8_192', 8192],
    [' 8 k ', 8192],
    ['8kb', null],
    ['1.5k', null],
    ['8B', null],
    ['k', null],
    ['', null],
    ['-1', null],
    ['0x10', null],
  ])('%j is %j, on the command line and as context of a policy', (text, count) => {
    expect(valueOr(() => countLike('')(text, '--parallel'))).toBe(count);
    expect(valueOr(() => parsePolicy(inPolicy('context', text), 'p').context?.max)).toBe(count);
    const memory = `version: 1\nmemory: {max: 1, context: ${JSON.stringify(text)}}`;
    expect(valueOr(() => parsePolicy(memory, 'p').memory?.context)).toBe(count);
  });
});

describe('an amount of bytes', () => {
  it.each([
    ['24GiB', 24 * KIB ** 3],
    ['24gib', 24 * KIB ** 3],
    ['24G', 24 * KIB ** 3],
    ['24g', 24 * KIB ** 3],
    ['8k', 8192],
    ['8KiB', 8192],
    ['8kB', 8000],
    ['8KB', 8000],
    ['8kb', 8000],
    ['512 MB', 512e6],
    ['1.5TB', 1.5e12],
    ['1.5 KiB', 1536],
    ['1TiB', KIB ** 4],
    ['12B', 12],
    ['8Gb', null],
    ['8Gib', null],
    ['8 giga', null],
    ['1e9', null],
    ['GB', null],
    ['400GB/s', null],
    ['9999999TB', null],
  ])('%j is %j, as --budget and as size of a policy', (text, bytes) => {
    expect(valueOr(() => readBytes(text, '--budget'))).toBe(bytes);
    expect(valueOr(() => parsePolicy(inPolicy('size', text), 'p').size?.max)).toBe(bytes);
  });

  it('without a unit is refused on the command line, but means bytes in a policy', () => {
    for (const text of ['12', '1048576', '1.5']) {
      expect(() => readBytes(text, '--gpu')).toThrow(
        expect.objectContaining({ message: `--gpu: ${text} has no unit`, hint: `write ${text}GiB or ${text}GB` }),
      );
    }
    expect(() => readBytes('0', '--gpu')).toThrow('--gpu: "0" is not an amount of memory');
    expect(parsePolicy(inPolicy('size', '1048576'), 'p').size?.max).toBe(1_048_576);
  });

  it('per second may say so', () => {
    expect(readBytesPerSecond('400GB/s', '--bandwidth')).toBe(400e9);
    expect(readBytesPerSecond('400GB', '--bandwidth')).toBe(400e9);
  });
});
