/**
 * Sound files cut at every byte. A cut inside the header always gives the error `truncated`, with a place inside the remaining bytes; a cut
 * inside the data always gives a finding; a cut is never ignored.
 */

import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../support/fixtures/index.js';
import { SMALL } from '../support/fixtures/valid-format.js';
import { layGguf, list, type Written } from '../support/gguf-writer.js';
import { codesOf, type Outcome, outcome, outcomeOf, read, readStream } from '../support/reading.js';

const NESTED = {
  ...SMALL,
  metadata: [
    ...SMALL.metadata!,
    list('nested', 'array', [
      { itemType: 'string', items: ['a', 'b'] },
      { itemType: 'array', items: [{ itemType: 'u64', items: [1n] }] },
    ]),
  ],
};

const FILES = [
  { name: 'version 3', file: layGguf(SMALL), findings: [] },
  { name: 'version 3, big-endian', file: layGguf({ ...SMALL, littleEndian: false }), findings: ['byte-order-swapped'] },
  { name: 'version 2', file: layGguf({ ...SMALL, version: 2 }), findings: [] },
  { name: 'version 1', file: layGguf({ ...SMALL, version: 1 }), findings: ['version-1'] },
  { name: 'nested arrays', file: layGguf(NESTED), findings: ['nested-array'] },
];

/** The result of reading the first `length` bytes, as one word. */
function inOneWord(result: Outcome, length: number): string {
  if ('file' in result) return ['read', ...codesOf(result.file)].join(' + ');
  return result.offset <= length ? result.code : `${result.code} at ${result.offset}, behind the end`;
}

/** Runs of equal words over all lengths: `0: empty-file`, `1..595: truncated`, … */
function transcript(words: readonly string[]): string[] {
  const lines: string[] = [];
  for (let start = 0, end = 0; start < words.length; start = end) {
    while (end < words.length && words[end] === words[start]) end++;
    lines.push(`${end - 1 === start ? start : `${start}..${end - 1}`}: ${words[start]}`);
  }
  return lines;
}

const lengthsOf = ({ bytes }: Written) => Array.from({ length: bytes.length + 1 }, (_, length) => length);
const and = (...codes: string[]) => ['read', ...codes.sort()].join(' + ');

describe.each(FILES)('$name', ({ file, findings }) => {
  const { bytes, headerBytes, dataStart, dataEnd } = file;
  const header = ['0: empty-file', `1..${headerBytes - 1}: truncated`];
  const all = [
    ...header,
    `${headerBytes}..${dataStart}: ${and(...findings, 'data-absent')}`,
    `${dataStart + 1}..${dataEnd - 1}: ${and(...findings, 'data-truncated')}`,
    `${dataEnd}..${bytes.length - 1}: ${and(...findings, 'end-padding-missing')}`,
    `${bytes.length}: ${and(...findings)}`,
  ];

  it('has a header, padding and data to cut', () => {
    expect(headerBytes).toBeLessThan(dataStart);
    expect(dataEnd).toBeLessThan(bytes.length);
  });

  it('from memory', () => {
    const words = lengthsOf(file).map((length) =>
      inOneWord(
        outcome(() => read(bytes.subarray(0, length))),
        length,
      ),
    );
    expect(transcript(words)).toEqual(all);
  });

  it('from a stream whose size is known', async () => {
    const words: string[] = [];
    for (const length of lengthsOf(file)) {
      words.push(inOneWord(await outcomeOf(readStream(bytes.subarray(0, length), 64, length)), length));
    }
    expect(transcript(words)).toEqual(all);
  });

  it('from a stream of unknown size: cuts after the header are not noticed', async () => {
    const words: string[] = [];
    for (const length of lengthsOf(file)) {
      words.push(inOneWord(await outcomeOf(readStream(bytes.subarray(0, length), 64)), length));
    }
    expect(transcript(words)).toEqual([...header, `${headerBytes}..${bytes.length}: ${and(...findings)}`]);
  });

  it('from a stream that ends before the size that it announced', async () => {
    const words: string[] = [];
    for (const length of lengthsOf(file).slice(0, headerBytes)) {
      words.push(inOneWord(await outcomeOf(readStream(bytes.subarray(0, length), 64, bytes.length)), length));
    }
    expect(transcript(words)).toEqual(header);
  });
});

describe('every valid fixture with a short header, cut inside it', () => {
  const LONGEST = 2 * 1024;
  const files = FIXTURES.filter(({ folder, bytes }) => folder === 'valid' && read(bytes).headerBytes < LONGEST);

  it.each(files)('$name', ({ bytes }) => {
    const { headerBytes } = read(bytes);
    const words = Array.from({ length: headerBytes }, (_, length) =>
      inOneWord(
        outcome(() => read(bytes.subarray(0, length))),
        length,
      ),
    );
    expect(transcript(words)).toEqual(['0: empty-file', `1..${headerBytes - 1}: truncated`]);
  });
});

describe('a header that ends with an array that is not kept', () => {
  const numbers = layGguf({ metadata: [list('numbers', 'u16', Array(1100).fill(7))] });
  const strings = layGguf({ metadata: [list('strings', 'string', Array(1100).fill('x'))] });

  it.each([
    { kind: 'numbers', file: numbers },
    { kind: 'strings', file: strings },
  ])('of $kind is truncated in a stream too, though nothing is read after the array', async ({ file }) => {
    const { bytes, headerBytes } = file;
    for (const length of [headerBytes - 1, headerBytes - 2, headerBytes - 100]) {
      const end = await outcomeOf(readStream(bytes.subarray(0, length), 64));
      expect(inOneWord(end, length), `${length}`).toBe('truncated');
    }
    expect(inOneWord(await outcomeOf(readStream(bytes, 64)), bytes.length)).toBe('read');
  });
});
