/** What the decoder reads from its source: no more than the header and one window; and how it ends when the source fails. */

import { describe, expect, it } from 'vitest';
import { decodeHeader } from '../../src/gguf/decode.js';
import { LOOKALIKE_BYTES } from '../../src/gguf/lookalike.js';
import { decodeStream } from '../../src/io/decode-loop.js';
import { memorySource } from '../../src/io/memory-source.js';
import { WINDOW_BYTES } from '../../src/io/window.js';
import { FIXTURES } from '../support/fixtures/index.js';
import { SMALL } from '../support/fixtures/valid-format.js';
import { f32, layGguf, list, text, u32 } from '../support/gguf-writer.js';
import { errorOf, pieces, read, readSource, readStream } from '../support/reading.js';
import { countingSource, failingAt, shortReads, shrunkTo, sparse } from '../support/sources.js';

const READABLE = FIXTURES.filter(({ folder }) => folder !== 'broken');
const MEBIBYTE = 1024 * 1024;
const small = layGguf(SMALL);

/** Like a real vocabulary: strings to walk over, numbers to skip, and entries before, between and after them. */
const tokens = Array.from({ length: 60_000 }, (_, i) => `token ${i}`);
const large = layGguf({
  metadata: [
    text('general.architecture', 'llama'),
    list('tokenizer.ggml.tokens', 'string', tokens),
    u32('llama.block_count', 1),
    { key: 'numbers', type: 'array', value: { itemType: 'f32', items: [], claims: { count: 2 * MEBIBYTE } } },
    new Uint8Array(8 * MEBIBYTE),
    f32('behind.the.numbers', 0.5),
  ],
  claims: { metadata: 5 },
  tensors: SMALL.tensors!,
});

describe('bytes read', () => {
  it.each(READABLE)('of $folder/$name: the header and at most one window', ({ bytes }) => {
    // The file is followed by a gibibyte of zeros, as if its tensors were large.
    const source = countingSource(sparse(bytes, 1024 * MEBIBYTE));
    const { headerBytes } = readSource(source);
    expect(source.furthest).toBeLessThanOrEqual(headerBytes + WINDOW_BYTES);
    expect(source.bytesRead).toBeLessThanOrEqual(headerBytes + WINDOW_BYTES);
  });

  it('go forward and never cover the same position twice', () => {
    const source = countingSource(memorySource(large.bytes));
    readSource(source);
    const starts = source.reads.map(({ position }) => position);
    const ends = source.reads.map(({ position, length }) => position + length);
    expect(starts.slice(1).filter((start, i) => start < ends[i]!)).toEqual([]);
  });

  it('leave out the contents of arrays of numbers', () => {
    const source = countingSource(memorySource(large.bytes));
    const file = readSource(source);
    expect(file.metadata.map(({ key }) => key)).toEqual([
      'general.architecture',
      'tokenizer.ggml.tokens',
      'llama.block_count',
      'numbers',
      'behind.the.numbers',
    ]);
    expect(file.metadata.at(-1)!.value).toBe(0.5);
    expect(source.bytesRead).toBeLessThan(large.headerBytes - 7 * MEBIBYTE);
  });

  it('of an empty file: none', () => {
    const source = countingSource(memorySource(new Uint8Array(0)));
    expect(errorOf(() => readSource(source)).code).toBe('empty-file');
    expect(source.bytesRead).toBe(0);
  });
});

describe('a slow source', () => {
  it.each([1, 3, 100, 5000])('that returns %i bytes at once gives the same result', (most) => {
    expect(readSource(shortReads(memorySource(small.bytes), most))).toEqual(read(small.bytes));
  });

  it('gives the same result for a header of several windows', () => {
    expect(large.headerBytes).toBeGreaterThan(4 * WINDOW_BYTES);
    expect(readSource(shortReads(memorySource(large.bytes), 10_007))).toEqual(read(large.bytes));
  });
});

describe('a source that fails', () => {
  it('at its n-th read: that error is thrown, whatever n', () => {
    const source = () => shortReads(memorySource(small.bytes), 16);
    const counted = countingSource(source());
    readSource(counted);
    const ends = counted.reads.map((_, n) => {
      try {
        readSource(failingAt(source(), n));
        return 'read';
      } catch (error) {
        return (error as NodeJS.ErrnoException).code;
      }
    });
    expect(ends.length).toBeGreaterThan(30);
    expect(new Set(ends)).toEqual(new Set(['EIO']));
  });

  it('after the last necessary read: it has no effect', () => {
    const source = countingSource(memorySource(large.bytes));
    readSource(source);
    const failing = failingAt(memorySource(large.bytes), source.reads.length);
    expect(readSource(failing)).toEqual(read(large.bytes));
  });

  it('as a stream at its n-th piece: that error is thrown, whatever n', async () => {
    const count = Math.ceil(Math.max(small.headerBytes, LOOKALIKE_BYTES) / 16);
    for (let n = 0; n < count; n++) await expect(readFailing(n)).rejects.toThrow('connection reset');
    await expect(readFailing(count)).resolves.toMatchObject({ headerBytes: small.headerBytes });
  });

  async function readFailing(n: number) {
    return decodeStream(failingPieces(n), (window) => decodeHeader(window));
  }

  async function* failingPieces(n: number): AsyncGenerator<Uint8Array> {
    let sent = 0;
    for await (const piece of pieces(small.bytes, 16)) {
      if (sent++ === n) throw new Error('connection reset');
      yield piece;
    }
  }
});

describe('a file that shrinks while it is read', () => {
  it('is truncated where it now ends, wherever that is', () => {
    const ends = Array.from({ length: small.headerBytes }, (_, size) => {
      const { code, offset, found } = errorOf(() => readSource(shrunkTo(memorySource(small.bytes), size)));
      return offset <= size && (size === 0 || found.endsWith(` ${size}`))
        ? code
        : `${code} at ${offset} of ${size}: ${found}`;
    });
    expect(ends[0]).toBe('empty-file');
    expect(new Set(ends.slice(1))).toEqual(new Set(['truncated']));
  });

  it('is truncated between two windows too', () => {
    for (const size of [WINDOW_BYTES, WINDOW_BYTES + 1, 3 * WINDOW_BYTES, large.headerBytes - 1]) {
      expect(errorOf(() => readSource(shrunkTo(memorySource(large.bytes), size))).code).toBe('truncated');
    }
  });
});

describe('a stream', () => {
  it('is ended when the header is read', async () => {
    const stream = pieces(small.bytes, 50);
    await decodeStream(stream, (window) => decodeHeader(window));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('is ended when the reading fails', async () => {
    const stream = pieces(Buffer.alloc(5000, 0x41), 700);
    await expect(decodeStream(stream, (window) => decodeHeader(window))).rejects.toMatchObject({ code: 'not-gguf' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it('is not read beyond the header and one piece', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(small.bytes.subarray(0, small.headerBytes), 100)) {
        sent += piece.length;
        yield piece;
      }
      for (;;) {
        sent += 100;
        yield new Uint8Array(100);
      }
    }
    await decodeStream(endless(), (window) => decodeHeader(window));
    expect(sent).toBeLessThanOrEqual(Math.max(small.headerBytes, LOOKALIKE_BYTES) + 100);
  });

  it('may have empty pieces', async () => {
    async function* withGaps(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(small.bytes, 33)) {
        yield new Uint8Array(0);
        yield piece;
      }
    }
    const file = await decodeStream(withGaps(), (window) => decodeHeader(window), small.bytes.length);
    expect(file).toEqual(read(small.bytes));
  });

  it('gives the same result as a file where most of the header is skipped', async () => {
    expect(await readStream(large.bytes, 65_536, large.bytes.length)).toEqual(read(large.bytes));
  });
});
