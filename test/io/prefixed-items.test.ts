import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skipItems, skipItemsFast } from '../../src/io/prefixed-items.js';
import { Window } from '../../src/io/window.js';

/** A window that holds these bytes, filled as a driver would fill it. */
function windowOf(bytes: Uint8Array, littleEndian = true): Window {
  const window = new Window(Math.max(64, bytes.length), bytes.length);
  window.bytes.set(bytes);
  window.limit = bytes.length;
  window.littleEndian = littleEndian;
  return window;
}

/** Items with the given claimed lengths, each followed by the bytes that it really has. */
function items(lengths: readonly { claimed: bigint; real: number }[], littleEndian = true): Uint8Array {
  return Buffer.concat(
    lengths.flatMap(({ claimed, real }) => {
      const prefix = Buffer.alloc(8);
      if (littleEndian) prefix.writeBigUInt64LE(claimed);
      else prefix.writeBigUInt64BE(claimed);
      return [prefix, Buffer.alloc(real, 0x61)];
    }),
  );
}

const whole = (...lengths: number[]) => items(lengths.map((length) => ({ claimed: BigInt(length), real: length })));

describe.each([
  ['the plain loop', skipItems],
  ['the WebAssembly loop', skipItemsFast],
])('%s', (_, skip) => {
  it.each([
    ['nothing', whole(), 10, 0, 0],
    ['empty items', whole(0, 0, 0), 10, 3, 24],
    ['items of many lengths', whole(1, 300, 70_000, 5), 10, 4, 4 * 8 + 70_306],
    ['no more than asked for', whole(4, 4, 4), 2, 2, 24],
    [
      'up to one that the window does not hold whole',
      items([
        { claimed: 4n, real: 4 },
        { claimed: 9n, real: 8 },
      ]),
      10,
      1,
      12,
    ],
    ['up to a length that is not all there', Buffer.concat([whole(4), Buffer.alloc(7)]), 10, 1, 12],
    ['not one of 4 GiB', items([{ claimed: 2n ** 32n, real: 0 }]), 10, 0, 0],
    ['not one of 4 GiB - 1, whose end would wrap', items([{ claimed: 2n ** 32n - 1n, real: 0 }]), 10, 0, 0],
    ['not one of 2 GiB, whose end would be negative', items([{ claimed: 2n ** 31n, real: 0 }]), 10, 0, 0],
    ['not one of 2^64 - 1', items([{ claimed: 2n ** 64n - 1n, real: 0 }]), 10, 0, 0],
  ])('moves over %s', (_what, bytes, most, skipped, position) => {
    const window = windowOf(bytes);
    expect(skip(window, most)).toBe(skipped);
    expect(window.position).toBe(position);
  });

  it('moves over big-endian items', () => {
    const window = windowOf(
      items(
        [
          { claimed: 3n, real: 3 },
          { claimed: 0n, real: 0 },
        ],
        false,
      ),
      false,
    );
    expect(skip(window, 10)).toBe(2);
    expect(window.position).toBe(19);
  });
});

describe('both loops', () => {
  const lengths = fc.array(
    fc.record({
      claimed: fc.oneof(fc.bigInt(0n, 40n), fc.bigInt(0n, 2n ** 64n - 1n)),
      real: fc.nat(40),
    }),
    { maxLength: 20 },
  );

  it('stop at the same position, whatever the bytes', () => {
    fc.assert(
      fc.property(lengths, fc.nat(25), (claims, most) => {
        const [plain, fast] = [windowOf(items(claims)), windowOf(items(claims))];
        expect(skipItemsFast(fast, most)).toBe(skipItems(plain, most));
        expect(fast.position).toBe(plain.position);
      }),
    );
  });

  it('are selected by the window: one that had to grow uses the plain loop', () => {
    const window = windowOf(whole(1, 2, 3));
    expect(window.fastLoop).toBeDefined();
    window.makeRoom(200_000);
    expect(window.fastLoop).toBeUndefined();
    expect(skipItemsFast(window, 10)).toBe(3);
  });
});
