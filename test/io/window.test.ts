/** The window: numbers in both byte orders, the behavior at its edge, and skips beyond it. */

import { describe, expect, it } from 'vitest';
import { type Decoder, decodeAt, decodeStream } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { EndOfInput, NumberTooLarge, WINDOW_BYTES, type Window } from '../../src/io/window.js';
import { pieces } from '../support/reading.js';
import { countingSource, sparse } from '../support/sources.js';

const bytes = (digits: string) => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The result of `take` on a window that holds all of the content. */
function taken<T>(content: Buffer, littleEndian: boolean, take: (window: Window) => T): T {
  return decodeAt(memorySource(content), function* (window) {
    yield* window.need(content.length, 'content');
    window.littleEndian = littleEndian;
    return take(window);
  });
}

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('numbers', () => {
  it.each([
    ['01 02 03 04', true, 0x0403_0201],
    ['01 02 03 04', false, 0x0102_0304],
    ['ff ff ff ff', true, 4_294_967_295],
  ])('u32 %s, little-endian %s', (digits, littleEndian, value) => {
    expect(taken(bytes(digits), littleEndian, (window) => [window.takeU32(), window.offset])).toEqual([value, 4]);
  });

  it.each([
    ['01 00 00 00 00 00 00 00', true, 1],
    ['00 00 00 00 00 00 00 01', false, 1],
    ['00 00 00 00 01 00 00 00', true, 2 ** 32],
    ['00 00 00 01 00 00 00 00', false, 2 ** 32],
    ['ff ff ff ff ff ff 1f 00', true, Number.MAX_SAFE_INTEGER],
    ['00 1f ff ff ff ff ff ff', false, Number.MAX_SAFE_INTEGER],
  ])('u64 %s, little-endian %s', (digits, littleEndian, value) => {
    expect(taken(bytes(digits), littleEndian, (window) => [window.takeU64('count'), window.offset])).toEqual([
      value,
      8,
    ]);
  });

  it.each([
    ['00 00 00 00 00 00 20 00', true, 2n ** 53n],
    ['00 20 00 00 00 00 00 00', false, 2n ** 53n],
    ['ff ff ff ff ff ff ff ff', true, 2n ** 64n - 1n],
  ])('u64 %s, little-endian %s, is too large', (digits, littleEndian, value) => {
    const error = thrownBy(() => taken(bytes(digits), littleEndian, (window) => window.takeU64('count')));
    expect(error).toBeInstanceOf(NumberTooLarge);
    expect(error).toMatchObject({ offset: 0, what: 'count', value });
  });
});

/** Takes numbers at this distance in bytes; returns them with their offsets. */
const numbersApart = (gaps: readonly number[]): Decoder<number[]> =>
  function* (window) {
    const found: number[] = [];
    for (const gap of gaps) {
      window.skip(gap, 'gap');
      if (window.available < 4) yield* window.need(4, 'number');
      found.push(window.offset, window.takeU32());
    }
    yield* window.need(0, 'end');
    return found;
  };

/** A number every 4 bytes, equal to its own offset. */
const COUNTING = Buffer.alloc(3 * WINDOW_BYTES);
for (let at = 0; at < COUNTING.length; at += 4) COUNTING.writeUInt32LE(at, at);

const GAPS = [
  { name: 'none', gaps: [0, 0, 0] },
  { name: 'inside of the window', gaps: [100, 40, 1000] },
  { name: 'up to its edge', gaps: [WINDOW_BYTES - 4, 0] },
  { name: 'across its edge', gaps: [WINDOW_BYTES - 8, 8] },
  { name: 'over more than a window', gaps: [8, WINDOW_BYTES, WINDOW_BYTES + 400] },
  { name: 'to the last number', gaps: [COUNTING.length - 4] },
];

describe('skips', () => {
  const placesOf = (gaps: readonly number[]) => {
    let offset = -4;
    return gaps.flatMap((gap) => {
      offset += 4 + gap;
      return [offset, offset];
    });
  };

  it.each(GAPS)('$name, from memory', ({ gaps }) => {
    expect(decodeAt(memorySource(COUNTING), numbersApart(gaps))).toEqual(placesOf(gaps));
  });

  it.each(GAPS)('$name, from a stream', async ({ gaps }) => {
    for (const piece of [999, 65_536, COUNTING.length]) {
      expect(await decodeStream(pieces(COUNTING, piece), numbersApart(gaps), COUNTING.length)).toEqual(placesOf(gaps));
      expect(await decodeStream(pieces(COUNTING, piece), numbersApart(gaps))).toEqual(placesOf(gaps));
    }
  });

  it('are not read from a source of known size', () => {
    const source = countingSource(sparse(COUNTING, 2 ** 40));
    decodeAt(source, numbersApart([0, 2 ** 39, 2 ** 38]));
    expect(source.reads.map(({ position }) => position)).toEqual([0, 2 ** 39 + 4, 2 ** 39 + 2 ** 38 + 8]);
    expect(source.bytesRead).toBe(3 * WINDOW_BYTES);
  });

  it('to the very end need no byte after them', async () => {
    const toTheEnd: Decoder<number> = function* (window) {
      window.skip(COUNTING.length, 'gap');
      yield* window.need(0, 'end');
      return window.offset;
    };
    expect(decodeAt(memorySource(COUNTING), toTheEnd)).toBe(COUNTING.length);
    expect(await decodeStream(pieces(COUNTING, 1000), toTheEnd)).toBe(COUNTING.length);
  });
});

describe('the end of the input', () => {
  const beyond: Decoder<unknown> = numbersApart([COUNTING.length - 2]);
  const pastTheEnd: Decoder<unknown> = numbersApart([COUNTING.length + 1]);

  it('inside of a number is reported with both positions', () => {
    const error = thrownBy(() => decodeAt(memorySource(COUNTING), beyond));
    expect(error).toBeInstanceOf(EndOfInput);
    expect(error).toMatchObject({ offset: COUNTING.length - 2, what: 'number', needed: 4, inputEnd: COUNTING.length });
  });

  it('is known before the skip where the size is', () => {
    expect(thrownBy(() => decodeAt(memorySource(COUNTING), pastTheEnd))).toMatchObject({ offset: 0, what: 'gap' });
  });

  it('is noticed after the skip where the size is not known', async () => {
    const stream = decodeStream(pieces(COUNTING, 5000), pastTheEnd);
    await expect(stream).rejects.toMatchObject({
      offset: COUNTING.length + 1,
      what: 'number',
      inputEnd: COUNTING.length,
    });
  });

  it('before the size that was announced is where the bytes end', async () => {
    const stream = decodeStream(pieces(COUNTING.subarray(0, 1000), 300), numbersApart([998]), COUNTING.length);
    await expect(stream).rejects.toMatchObject({ offset: 998, inputEnd: 1000 });
  });
});

describe('a field larger than the window', () => {
  const LARGE = WINDOW_BYTES + 1000;
  const large: Decoder<number> = function* (window) {
    window.skip(8, 'gap');
    if (window.available < LARGE) yield* window.need(LARGE, 'field');
    return window.bytes.readUInt32LE(window.position + LARGE - 4 - ((8 + LARGE) % 4));
  };
  const last = 8 + LARGE - 4 - ((8 + LARGE) % 4);

  it('makes the window grow, whatever the source', async () => {
    expect(decodeAt(memorySource(COUNTING), large)).toBe(last);
    expect(await decodeStream(pieces(COUNTING, 777), large)).toBe(last);
    expect(await decodeStream(pieces(COUNTING, COUNTING.length), large, COUNTING.length)).toBe(last);
  });
});
