/** The commands that read all numbers: correct on the bundled model wherever it comes from, and orderly when they are interrupted. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { dequantizer } from '../../src/formats/dequantize.js';
import { readGguf } from '../../src/index.js';
import { type CheckReport, CheckReportSchema } from '../../src/report/check-schema.js';
import { DiffReportSchema } from '../../src/report/diff-schema.js';
import { ExplainReportSchema } from '../../src/report/explain-schema.js';
import { type TensorEntry, TensorsReportSchema } from '../../src/report/schema.js';
import { layGguf, type TensorItem, tensor, text, writeGguf } from '../support/gguf-writer.js';
import { serve } from '../support/loopback.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER, SHARED_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { PROGRAM, plainEnvironment, run } from './run.js';

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const content = readFileSync(TINY);
const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-values-'));
afterAll(() => rmSync(folder, { recursive: true }));

const statsOf = (stdout: string): TensorEntry[] => TensorsReportSchema.parse(JSON.parse(stdout)).tensors;
const valuesOf = (stdout: string) => statsOf(stdout).map(({ name, values }) => ({ name, values }));

describe('tensors --stats', () => {
  const { stdout, code } = run(['tensors', TINY, '--stats', '--json']);

  it('gives the results of a plain computation', async () => {
    expect(code).toBe(0);
    const file = await readGguf(TINY);
    for (const [i, { values }] of statsOf(stdout).entries()) {
      const { type, fileOffset, elements } = file.tensors[i]!;
      const numbers = new Float32Array(elements);
      dequantizer(type!, true)!(content, fileOffset, elements / type!.blockElements, numbers, 0);
      const mean = numbers.reduce((sum, value) => sum + value, 0) / elements;
      const squares = numbers.reduce((sum, value) => sum + value * value, 0);
      expect(values).toMatchObject({
        ...{ count: elements, zeros: numbers.filter((value) => value === 0).length, nans: 0, infinities: 0 },
        min: numbers.reduce((least, value) => Math.min(least, value)),
        max: numbers.reduce((most, value) => Math.max(most, value)),
      });
      expect(values?.mean).toBeCloseTo(mean, 12);
      expect(values?.rms).toBeCloseTo(Math.sqrt(squares / elements), 12);
      expect(values?.standardDeviation).toBeCloseTo(Math.sqrt(squares / elements - mean * mean), 12);
    }
  });

  it('reads only the chosen tensors, also as CSV and as lines of JSON', () => {
    const chosen = ['tensors', TINY, 'blk.1.attn_q.weight', '--stats', '--threads', '2'];
    expect(JSON.parse(run([...chosen, '--json']).stdout).data).toEqual({
      ...{ complete: true, tensors: 1, scanned: 1, bytes: 36_864 },
    });
    const [head, line] = run([...chosen, '--csv']).stdout.split('\r\n');
    const cells = Object.fromEntries(head!.split(',').map((name, i) => [name, line!.split(',')[i]]));
    const { values } = JSON.parse(run([...chosen, '--ndjson']).stdout) as TensorEntry;
    expect([cells.rms, cells.nan, cells.outliers].map(Number)).toEqual([values?.rms, 0, values?.outliers]);
  });

  it('gives the same from a stream, from a split model and from a server', async () => {
    const expected = valuesOf(stdout);
    expect(valuesOf(run(['tensors', '-', '--stats', '--json'], { input: content }).stdout)).toEqual(expected);
    const shards = await splitModel(content, join(folder, 'split'), 3);
    for (const { fileName, bytes } of shards) writeFileSync(fileName, bytes);
    expect(valuesOf(run(['tensors', shards[1]!.fileName, '--stats', '--json']).stdout)).toEqual(expected);
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.end(content);
    });
    try {
      const remote = await runBeside(['tensors', `${server.origin}/tiny.gguf`, '--stats', '--json']);
      expect(valuesOf(remote.stdout)).toEqual(expected);
    } finally {
      await server.close();
    }
  });
});

describe('explain --data and check --data', () => {
  it('match their schemas', () => {
    const { data, tensors } = ExplainReportSchema.parse(JSON.parse(run([TINY, '--data', '--json']).stdout));
    expect(data).toMatchObject({ complete: true, scanned: tensors.length });
    const checked = CheckReportSchema.parse(JSON.parse(run(['check', TINY, '--data', '--json']).stdout));
    expect(checked.rules).toEqual(['format', 'model', 'advice', 'data']);
    expect(checked.files[0]?.data).toEqual(data);
  });

  it('report that a header without data has no numbers', () => {
    const file = join(FIXTURES_FOLDER, 'flawed', 'data-absent--ends-at-header.gguf');
    const [checked] = (JSON.parse(run(['check', file, '--rules', 'data', '--json']).stdout) as CheckReport).files;
    expect(checked?.findings.map(({ code, facts }) => [code, facts.why])).toEqual([
      ['values-unread', 'whose data is not in the file'],
    ]);
    expect(run([file, '--data']).stdout).toMatch(/VALUES\n the numbers of 0 of \d+ tensors were read/);
  });

  it('judge a stream as they judge a file', () => {
    const findings = (args: string[], input?: Buffer) =>
      (JSON.parse(run([...args, '--rules', 'format,data', '--json'], input ? { input } : {}).stdout) as CheckReport)
        .files[0]?.findings;
    for (const name of ['broken-scales--nan', 'outlying-layer--larger', 'data-truncated--last-tensor']) {
      const path = join(FIXTURES_FOLDER, 'flawed', `${name}.gguf`);
      expect(findings(['check', '-'], readFileSync(path)), name).toEqual(findings(['check', path]));
    }
  });

  it('refuse impossible requests', () => {
    expect(run(['check', TINY, '--data', '--header-only']).stderr).toContain('(bad-usage)');
    expect(run([TINY, '--data', '--threads', '0']).stderr).toContain('--threads: "0" is not a number from 1 to 256');
  });

  it('map a model of many layers within the width of the page', () => {
    const tensors = Array.from({ length: 90 }, (_, layer) => {
      const data = Buffer.alloc(4 * 32);
      for (let i = 0; i < 32; i++) data.writeFloatLE(layer === 70 ? 40 : 1 + (layer + i) / 1000, 4 * i);
      return { ...tensor(`blk.${layer}.attn_norm.weight`, [32]), data };
    });
    const path = join(folder, 'deep.gguf');
    writeFileSync(path, writeGguf({ metadata: [text('general.architecture', 'llama')], tensors }));
    const { stdout } = run([path, '--data'], { columns: 80 });
    const [section = ''] = /VALUES[\s\S]*?\n\n/.exec(stdout) ?? [];
    expect(section.replaceAll(/\s+/g, ' ')).toContain('2 layers to a column');
    expect(section).toContain('blk.70.attn_norm.weight: RMS 40.0 is 38 × the median of 90 layers');
    expect(section.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it.skipIf(process.platform === 'win32')('ends a scan with the results so far', async () => {
    const norm = Buffer.alloc(4 * 32);
    norm.writeFloatLE(Number.NaN, 0);
    const items: TensorItem[] = [
      { ...tensor('output_norm.weight', [32]), data: norm },
      { ...tensor('output.weight', [4096, 4096]), data: 'absent' },
    ];
    const { bytes } = layGguf({ metadata: [text('general.architecture', 'llama')], tensors: items });
    const child = spawn(process.execPath, [PROGRAM, 'check', '--rules', 'data', '-'], { env: plainEnvironment() });
    let said = '';
    const code = new Promise((resolve) => child.on('close', resolve));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
      // The input stream that it waited for ends here.
      child.stdin.end();
    });
    child.stdin.on('error', () => undefined);
    // When far more bytes than a pipe holds have been taken, the norm has been read and the program waits for the rest.
    await new Promise((resolve) => child.stdin.write(Buffer.concat([bytes, Buffer.alloc(8 << 20)]), resolve));
    child.kill('SIGINT');
    expect(await code).toBe(130);
    expect(said).toContain('error nan-values: output_norm.weight contains NaN (1 of 32 numbers)');
    expect(said).toContain('stopped early: the numbers of only 1 of 2 tensors were read');
  });
});

const FORMATS = ['F16', 'Q8_0', 'Q4_K_M'].map((name) =>
  join(SHARED_FOLDER, 'gguf', 'tiny-stories', `tiny-stories-${name}.gguf`),
);

describe.skipIf(!FORMATS.every(existsSync))('diff --values of one model in three formats (needs ../shared)', () => {
  const errorsOf = (after: string) => {
    const { stdout, code } = run(['diff', FORMATS[0]!, after, '--values', '--json']);
    expect(code).toBe(after === FORMATS[0] ? 0 : 1);
    return DiffReportSchema.parse(JSON.parse(stdout)).values!;
  };

  it('shows what quantizing cost: half a percent for Q8_0, some percent for Q4_K', () => {
    const [eight, four] = [errorsOf(FORMATS[1]!), errorsOf(FORMATS[2]!)];
    for (const { after, relativeError } of [...eight.tensors, ...four.tensors]) {
      const [least, most] = { F32: [0, 0], Q8_0: [0.004, 0.007], Q6_K: [0.01, 0.03], Q4_K: [0.05, 0.1] }[after] ?? [
        1, 0,
      ];
      expect(relativeError).toBeGreaterThanOrEqual(least!);
      expect(relativeError).toBeLessThanOrEqual(most!);
    }
    expect([eight.same, four.same]).toEqual([5, 5]);
    expect(eight.relativeError).toBeLessThan(four.relativeError!);
  });

  it('reports a file as the same as itself', () => {
    expect(errorsOf(FORMATS[0]!)).toMatchObject({ complete: true, relativeError: 0, same: 21, notCompared: [] });
  });
});

describe('diff --values', () => {
  it('reports the changed layer, in a file and in a stream', async () => {
    const { tensors } = await readGguf(TINY);
    const { fileOffset } = tensors.find(({ name }) => name === 'blk.1.attn_norm.weight')!;
    const tuned = Buffer.from(content);
    tuned.writeFloatLE(tuned.readFloatLE(fileOffset) + 1, fileOffset);
    const path = join(folder, 'tuned.gguf');
    writeFileSync(path, tuned);
    for (const [args, input] of [
      [['diff', TINY, path], undefined],
      [['diff', TINY, '-'], tuned],
    ] as const) {
      const { stdout, code } = run([...args, '--values', '--json'], input ? { input } : {});
      expect(code).toBe(1);
      const { values, equal } = DiffReportSchema.parse(JSON.parse(stdout));
      const differing = values!.tensors.filter((one) => one.differing > 0);
      expect([equal, differing.map(({ name, differing: count }) => [name, count])]).toEqual([
        false,
        [['blk.1.attn_norm.weight', 1]],
      ]);
      expect(differing[0]?.largest).toBeCloseTo(1, 6);
    }
    expect(run(['diff', TINY, path, '--values']).stdout).toContain('1 tensor with different numbers');
    expect(run(['diff', TINY, TINY, '--values']).stdout).toContain('the numbers of all 21 tensors are the same');
  });
});
