/** The comparison of numbers: it finds the error that was put in, whatever the formats, and reports what cannot be compared. */

import { describe, expect, it } from 'vitest';
import { compareTensors } from '../../src/model/compare-tensors.js';
import { interpret } from '../../src/model/model.js';
import { comparablePairs } from '../../src/report/diff-values.js';
import { compareValues } from '../../src/tensor-data/compare-values.js';
import { type TensorItem, tensor, writeGguf } from '../support/gguf-writer.js';
import { read } from '../support/reading.js';

const ROW = 1024;
/** More than one portion, and not a whole number of portions. */
const ROWS = 100;

const numbers = Float32Array.from({ length: ROW * ROWS }, (_, i) => Math.sin(i));

function f32(name: string, values: Float32Array, dimensions = [ROW, values.length / ROW]): TensorItem {
  return { ...tensor(name, dimensions), data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) };
}

function side(bytes: Buffer, forwards = false) {
  const model = interpret(read(bytes));
  let at = 0;
  const blocks = {
    async read(target: Uint8Array, position: number) {
      if (forwards && position < at) throw new Error('read backwards');
      at = position + target.length;
      return bytes.copy(target, 0, position, at);
    },
    close: async () => undefined,
  };
  return { model, side: { file: model.file, blocks, forwards } };
}

async function compared(
  before: Buffer,
  after: Buffer,
  options: Parameters<typeof compareValues>[3] = {},
  stream = false,
) {
  const [a, b] = [side(before), side(after, stream)];
  const pairs = comparablePairs(compareTensors(a.model.tensors, b.model.tensors));
  const found = await compareValues(a.side, b.side, pairs, options);
  const byName = <T>(map: ReadonlyMap<(typeof pairs)[number], T>) =>
    Object.fromEntries([...map].map(([pair, value]) => [pair.before.name, value]));
  return { ...found, compared: byName(found.compared), left: byName(found.left) };
}

const changed = numbers.map((value, i) => (i % 10 === 0 ? value + 0.5 : value));
const before = writeGguf({ tensors: [f32('a', numbers), f32('b', numbers.subarray(0, ROW))] });

describe('numbers', () => {
  it('differ by the amount that was added', async () => {
    const after = writeGguf({ tensors: [f32('a', changed), f32('b', numbers.subarray(0, ROW))] });
    const progress: number[] = [];
    const found = await compared(before, after, { onProgress: (bytes) => progress.push(bytes) });
    const count = numbers.length;
    expect(found).toMatchObject({ complete: true, left: {}, bytes: 2 * 4 * (count + ROW) });
    expect(found.compared.a).toMatchObject({ count, differing: count / 10, notFinite: 0 });
    expect(found.compared.a?.errorSquares).toBeCloseTo((count / 10) * 0.25, 2);
    expect(found.compared.a?.squares).toBeCloseTo(
      numbers.reduce((sum, value) => sum + value * value, 0),
      6,
    );
    expect(found.compared.a?.largest).toBeCloseTo(0.5, 6);
    expect(found.compared.b).toMatchObject({ differing: 0, errorSquares: 0 });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('that are not finite are counted, except where both files have the same', async () => {
    const odd = (...values: number[]) => Float32Array.from({ length: ROW }, (_, i) => values[i] ?? 1);
    const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
    const found = await compared(
      writeGguf({ tensors: [f32('a', odd(nan, nan, infinity, infinity, 2))] }),
      writeGguf({ tensors: [f32('a', odd(nan, 1, infinity, -infinity, 3))] }),
    );
    expect(found.compared.a).toMatchObject({ differing: 3, notFinite: 2, errorSquares: 1, largest: 1 });
  });

  it('are the same in another format, in another order and in a stream', async () => {
    const halves = new Uint8Array(2 * ROW).fill(0x38); // 0x3838, about 0.527
    const half = { ...tensor('h', [ROW, 1], 'F16'), data: halves };
    const single = f32('h', new Float32Array(ROW).fill((1 + 0x38 / 1024) / 2), [ROW, 1]);
    const a = f32('a', numbers);
    const found = await compared(writeGguf({ tensors: [a, half] }), writeGguf({ tensors: [single, a] }), {}, true);
    expect(found.compared.h).toMatchObject({ count: ROW, differing: 0 });
    expect(found.compared.a).toMatchObject({ differing: 0 });
  });
});

describe('tensors that cannot be compared', () => {
  it('are left out with the reason', async () => {
    const tensors = [
      f32('a', numbers),
      { ...tensor('fork', [256, 1], 'IQ4_KS'), data: new Uint8Array(140) },
      tensor('empty', [0, 4]),
      { ...tensor('cut', [ROW, 1]), data: 'absent' as const },
    ];
    const all = writeGguf({ tensors });
    const found = await compared(all, all);
    expect(found.left).toEqual({ fork: 'no-float-form', empty: 'empty', cut: 'data-missing' });
    expect(Object.keys(found.compared)).toEqual(['a']);
  });

  it('include those that were not reached', async () => {
    const controller = new AbortController();
    controller.abort();
    const found = await compared(before, before, { signal: controller.signal });
    expect(found).toMatchObject({ complete: false, compared: {}, bytes: 0 });
  });
});
