/** `tensor`: the distribution of the numbers, slices of them, and the numbers themselves for other tools. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tensorTypeByName } from '../../src/formats/tensor-types.js';
import { type TensorReport, TensorReportSchema } from '../../src/report/schema.js';
import { type TensorItem, writeGguf } from '../support/gguf-writer.js';
import { GOLDEN_BLOCKS } from '../support/golden.js';
import { fileAnswer, serve } from '../support/loopback.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { PROGRAM, plainEnvironment, run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const QUERY = 'blk.0.attn_q.weight';
const content = readFileSync(TINY);
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-tensor-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bytes that the program writes. It stops reading its input stream when it has what it needs, which breaks the pipe. */
function raw(args: readonly string[], input?: Uint8Array): Buffer {
  const { stdout, stderr, status } = spawnSync(process.execPath, [PROGRAM, 'tensor', ...args], {
    env: plainEnvironment(),
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  });
  expect({ stderr: String(stderr), status }).toEqual({ stderr: '', status: 0 });
  return stdout;
}

const floats = (bytes: Buffer) => new Float32Array(new Uint8Array(bytes).buffer);
const numbers = floats(raw([TINY, QUERY, '--raw', 'f32']));

function reportOf(args: readonly string[], input?: Uint8Array): TensorReport {
  const { stdout, stderr, code } = run(['tensor', ...args, '--json'], input === undefined ? {} : { input });
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return TensorReportSchema.parse(JSON.parse(stdout));
}

/** A file without an architecture: only tensors. */
function fileOf(name: string, tensors: readonly TensorItem[], littleEndian = true): string {
  const path = join(folder, name);
  writeFileSync(path, writeGguf({ tensors, littleEndian }));
  return path;
}

describe('tensor --raw', () => {
  it("writes ggml's own values of every type, from a file without an architecture", () => {
    const tensors = GOLDEN_BLOCKS.map(({ type, blocks }): TensorItem => {
      const row = tensorTypeByName(type)!;
      return { name: type, dimensions: [(blocks.length / row.blockBytes) * row.blockElements], type, data: blocks };
    });
    const path = fileOf('golden.gguf', tensors);
    expect(GOLDEN_BLOCKS).toHaveLength(27);
    for (const { type, bits } of GOLDEN_BLOCKS) {
      expect(new Uint32Array(new Uint8Array(raw([path, type, '--raw', 'f32'])).buffer), type).toEqual(bits);
    }
  }, 60_000);

  it('writes big-endian numbers as little-endian ones', () => {
    const data = Uint8Array.of(0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0);
    const path = fileOf('big.gguf', [{ name: 'x', dimensions: [2], type: 'F32', data }], false);
    expect([...floats(raw([path, 'x', '--raw', 'f32']))]).toEqual([1, -2]);
  });

  it('writes a file that NumPy reads, of the whole and of a slice', () => {
    const whole = raw([TINY, 'token_embd.weight', '--raw', 'npy']);
    const { shape, values } = readNpy(whole);
    expect(shape).toEqual([697, 256]);
    expect(values.length).toBe(697 * 256);
    const part = readNpy(raw([TINY, 'token_embd.weight', '--slice', '616:618,250:', '--raw', 'npy']));
    expect(part.shape).toEqual([2, 6]);
    const expected = [616, 617].flatMap((row) => [...values.slice(row * 256 + 250, row * 256 + 256)]);
    expect([...part.values]).toEqual(expected);
    expect(readNpy(raw([TINY, 'output_norm.weight', '--raw', 'npy'])).shape).toEqual([256]);
  });

  it('writes the same from a stream, from a split model and from a server', async () => {
    const expected = raw([TINY, QUERY, '--raw', 'f32']);
    expect(raw(['-', QUERY, '--raw', 'f32'], content)).toEqual(expected);
    const shards = await splitModel(content, join(folder, 'split'), 3);
    for (const { fileName, bytes } of shards) writeFileSync(fileName, bytes);
    expect(raw([shards[0]!.fileName, QUERY, '--raw', 'f32'])).toEqual(expected);
    const server = await serve(fileAnswer(content));
    try {
      // Raw bytes would be changed when read as text, so the slice is compared as JSON.
      const args = ['tensor', `${server.origin}/tiny.gguf`, QUERY, '--slice', ':2', '--json'];
      const { stdout } = await runBeside(args);
      expect(JSON.parse(stdout).rows[0].slice.values).toEqual([...numbers.slice(0, 512)]);
    } finally {
      await server.close();
    }
  });

  it('writes nothing for a tensor without numbers', () => {
    const path = fileOf('empty.gguf', [{ name: 'x', dimensions: [0, 3], type: 'F32' }]);
    expect(raw([path, 'x', '--raw', 'f32'])).toHaveLength(0);
    expect(readNpy(raw([path, 'x', '--raw', 'npy']))).toEqual({ shape: [3, 0], values: new Float32Array(0) });
  });

  it.each([
    { what: 'several tensors', args: [TINY, 'blk.*', '--raw', 'f32'], code: 'several-tensors' },
    { what: 'no tensor', args: [TINY, 'nothing', '--raw', 'f32'], code: 'no-such-tensor' },
    { what: 'a bad slice', args: [TINY, QUERY, '--raw', 'f32', '--slice', '9:3'], code: 'bad-slice' },
  ])('refuses $what with a sentence and nothing else', ({ args, code }) => {
    const outcome = run(['tensor', ...args]);
    expect(outcome).toMatchObject({ stdout: '', code: 2 });
    expect(outcome.stderr).toContain(`(${code})`);
  });

  it('says where a file ends before the numbers do', () => {
    const path = join(folder, 'short.gguf');
    writeFileSync(path, content.subarray(0, 330_000));
    const { stderr, stdout, code } = run(['tensor', path, QUERY, '--raw', 'f32']);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('truncated at byte 312576');
    const piped = spawnSync(process.execPath, [PROGRAM, 'tensor', '-', QUERY, '--raw', 'f32'], {
      env: plainEnvironment(),
      input: content.subarray(0, 330_000),
    });
    expect(piped.status).toBe(2);
    for (const said of [stderr, String(piped.stderr)]) expect(said).toContain(`data of tensor "${QUERY}"`);
    expect(String(piped.stderr)).toContain('truncated at byte 312576');
  });

  it('stops when the reader stops', () => {
    const piped = `"${process.execPath}" "${PROGRAM}" tensor "${TINY}" blk.0.ffn_up.weight --raw f32 | head -c 16 >/dev/null`;
    expect(spawnSync('sh', ['-c', piped], { env: plainEnvironment(), encoding: 'utf8' })).toMatchObject({
      ...{ status: 0, stderr: '' },
    });
  });
});

describe('tensor', () => {
  const [row] = reportOf([TINY, QUERY]).rows;
  const { statistics, histogram, first, block } = row!.numbers!;

  it('has the statistics of tensors --stats', () => {
    const { stdout } = run(['tensors', TINY, QUERY, '--stats', '--json']);
    expect(statistics).toEqual(JSON.parse(stdout).tensors[0].values);
    expect(row!.tensors[0]?.values).toEqual(statistics);
  });

  it('counts its histogram exactly', () => {
    const { min, max, counts } = histogram!;
    const expected = new Array(counts.length).fill(0);
    for (const value of numbers) {
      expected[Math.min(counts.length - 1, Math.floor(((value - min) / (max - min)) * counts.length))]++;
    }
    const moved = counts.reduce((sum, count, i) => sum + Math.abs(count - expected[i]), 0);
    // A number exactly on the edge of a bin may fall on either side of it.
    expect(moved).toBeLessThanOrEqual(4);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(numbers.length);
  });

  it('shows the first numbers and opens the first block', () => {
    expect(first).toEqual({ tensor: QUERY, values: [...numbers.slice(0, 8)] });
    expect(block).toMatchObject({ tensor: QUERY, type: 'Q4_K', elements: 256, offset: 312_576 });
    expect(block?.bytes).toBe(content.subarray(312_576, 312_576 + 144).toString('hex'));
    expect(block?.fields.map(({ bytes }) => bytes).join('')).toBe(block?.bytes);
    expect(block?.values).toEqual([...numbers.slice(0, 256)]);
    for (const { index, value } of block!.examples) expect(value).toBe(numbers[index]);
  });

  it('summarizes several tensors in one row each', () => {
    const [folded] = reportOf([TINY, 'blk.*.attn_q.weight']).rows;
    const all = [...numbers, ...floats(raw([TINY, 'blk.1.attn_q.weight', '--raw', 'f32']))];
    expect(folded?.numbers).toMatchObject({ read: 2, bytes: 73_728 });
    expect(folded?.numbers?.statistics).toMatchObject({
      count: all.length,
      min: all.reduce((least, value) => Math.min(least, value)),
      max: all.reduce((most, value) => Math.max(most, value)),
    });
    expect(folded?.tensors.map(({ values }) => values?.count)).toEqual([65_536, 65_536]);
  });

  it('continues to read a stream only on request', () => {
    const [unread] = reportOf(['-', QUERY], content).rows;
    expect([unread?.numbers, unread?.numbersUnread]).toEqual([undefined, 'stream']);
    expect(reportOf(['-', QUERY, '--data'], content).rows[0]?.numbers).toEqual(row!.numbers);
    expect(reportOf([TINY, QUERY, '--no-data']).rows[0]).toMatchObject({ numbersUnread: 'not-wanted' });
  });

  it('shows a page of the header where the data is missing', () => {
    const path = join(folder, 'header.gguf');
    writeFileSync(path, content.subarray(0, 17_664));
    const [bare] = reportOf([path, QUERY]).rows;
    expect(bare?.numbers).toMatchObject({ read: 0, statistics: null, histogram: null, first: null, block: null });
    expect(bare?.tensors[0]?.notScanned).toBe('data-missing');
  });

  it('keeps integers of 64 bits and values that are not finite', () => {
    const integers = new BigInt64Array([9_007_199_254_740_993n, -5n]);
    const odd = Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY, 0.5);
    const path = fileOf('odd.gguf', [
      { name: 'integers', dimensions: [2], type: 'I64', data: new Uint8Array(integers.buffer) },
      { name: 'odd', dimensions: [3], type: 'F32', data: new Uint8Array(odd.buffer) },
    ]);
    expect(reportOf([path, 'integers', '--slice', ':']).rows[0]?.slice?.values).toEqual(['9007199254740993', -5]);
    expect(reportOf([path, 'odd']).rows[0]?.numbers?.first?.values).toEqual(['NaN', '-Infinity', 0.5]);
  });
});

describe('tensor --slice', () => {
  const dimensions = [4, 3, 2];
  const values = Float32Array.from({ length: 24 }, (_, i) => i);
  const path = fileOf('cube.gguf', [{ name: 'x', dimensions, type: 'F32', data: new Uint8Array(values.buffer) }]);
  const sliced = (text: string) => reportOf([path, 'x', '--slice', text]).rows[0]?.slice;

  it.each([
    { text: '1', shape: [1, 3, 4], expected: [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23] },
    { text: ':,1,1:3', shape: [2, 1, 2], expected: [5, 6, 17, 18] },
    { text: '-1,-2:,0', shape: [1, 2, 1], expected: [16, 20] },
    { text: '0:99,0,3:', shape: [2, 1, 1], expected: [3, 15] },
  ])('$text has $shape', ({ text, shape, expected }) => {
    expect(sliced(text)).toMatchObject({ shape, values: expected });
  });

  it.each(['', '2', '1:1', 'a', '1:2:3', '0,0,0,0', '0,-4'])('%s is invalid', (text) => {
    const { stderr, code } = run(['tensor', path, 'x', `--slice=${text}`]);
    expect([code, stderr.includes('(bad-slice)')]).toEqual([2, true]);
  });

  it('does not print a million numbers', () => {
    const { stderr, code } = run(['tensor', TINY, QUERY, '--slice', ':,:']);
    expect([code, stderr.includes('(slice-too-large)')]).toEqual([2, true]);
  });
});

function readNpy(bytes: Buffer): { shape: number[]; values: Float32Array } {
  expect(bytes.subarray(0, 8).toString('latin1')).toBe('\x93NUMPY\x01\x00');
  const end = 10 + bytes.readUInt16LE(8);
  expect(end % 64).toBe(0);
  const header = bytes.subarray(10, end).toString('latin1');
  const shape = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(([\d, ]+)\), \} *\n$/.exec(header)?.[1] ?? '';
  return { shape: shape.split(',').filter(Boolean).map(Number), values: floats(bytes.subarray(end)) };
}
