/** `hash`: its digests compared with those that Node computes of the same bytes, and the verification of manifests. */

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HashReportSchema } from '../../src/report/hash-schema.js';
import { layGguf, type TensorItem, text, u32, writeGguf } from '../support/gguf-writer.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { runAll } from './batch.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain-'));
afterAll(() => rmSync(folder, { recursive: true }));

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');

let files = 0;
/** Writes a file into the temporary folder and returns its path. */
function written(content: Uint8Array | string, name = `${files++}.gguf`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const bytesOf = (words: string): TensorItem['data'] => Buffer.from(words);
const item = (name: string, data: string): TensorItem => ({
  name,
  dimensions: [data.length],
  type: 'I8',
  data: bytesOf(data) as Uint8Array,
});
const model = (tensors: readonly TensorItem[], label = 'x') =>
  writeGguf({ metadata: [text('general.name', label)], tensors });

const nodes = (algorithm: string, ...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash(algorithm)).digest('hex');

describe('digests', () => {
  it('are those of the bytes of each tensor, and of all tensors in the order of the header', () => {
    const paths = [TINY, ...['alignment-4096', 'version-1', 'tensor-types'].map(inValid)].filter(readable);
    const reports = runAll(paths.map((path) => ({ args: ['tensors', path, '--json', '--sort', 'offset'] })));
    const lines = runAll(paths.map((path) => ({ args: ['hash', path, '--algorithm', 'sha1'] })));
    for (const [i, path] of paths.entries()) {
      const bytes = readFileSync(path);
      const tensors = JSON.parse(reports[i]!.stdout).tensors as { name: string; offset: number; bytes: number }[];
      const data = tensors.map(({ offset, bytes: count }) => bytes.subarray(offset, offset + count));
      const each = tensors.map(({ name }, k) => `sha1      ${nodes('sha1', data[k]!)}  ${path}:${name}\n`);
      const whole = `sha1      ${nodes('sha1', ...data)}  ${path}\n`;
      expect(lines[i]).toEqual({ stdout: each.join('') + whole, stderr: '', code: 0 });
    }
  });

  it('are sha256 unless another kind is requested', () => {
    const path = written(model([item('a', 'abc'), item('b', 'de')]));
    const lines = [
      `sha256    ${nodes('sha256', 'abc')}  ${path}:a`,
      `sha256    ${nodes('sha256', 'de')}  ${path}:b`,
      `sha256    ${nodes('sha256', 'abcde')}  ${path}`,
    ];
    expect(run(['hash', path]).stdout).toBe(`${lines.join('\n')}\n`);
    expect(run(['hash', '--no-layer', path]).stdout).toBe(`${lines[2]}\n`);
  });

  it('of xxh64 match those of its authors', () => {
    const path = written(model([item('none', ''), item('a', 'a'), item('abc', 'abc')]));
    const { tensors } = JSON.parse(run(['hash', path, '--algorithm', 'xxh64', '--json']).stdout);
    const digests = tensors.map(({ digest }: { digest: string }) => digest);
    expect(digests).toEqual(['ef46db3751d8e999', 'd24ec4f1a98c6e5b', '44bc2cf5ad770999']);
  });

  it('do not depend on metadata, nor on the bytes between tensors', () => {
    const tensors = [item('a', 'abc'), item('b', 'de')];
    const paths = [
      model(tensors),
      model(tensors, 'longer'.repeat(50)),
      writeGguf({ metadata: [u32('general.alignment', 256)], tensors }),
    ].map((bytes) => written(bytes));
    const lines = runAll(paths.map((path) => ({ args: ['hash', path] })));
    const [first, ...others] = lines.map(({ stdout }, i) => stdout.replaceAll(paths[i] as string, 'FILE'));
    expect(first).toContain(`FILE:b\nsha256    ${nodes('sha256', 'abcde')}  FILE\n`);
    expect(others).toEqual([first, first]);
  });

  it('of large tensors are computed in a second thread, also from a stream', () => {
    const sizes = [40 * 2 ** 20 + 7, 5, 0, 30 * 2 ** 20];
    const tensors = sizes.map(
      (size, i): TensorItem => ({ name: `t${i}`, dimensions: [size], type: 'I8', data: 'absent' }),
    );
    const { bytes, dataStart } = layGguf({ tensors });
    const path = written(bytes);
    const starts = sizes.map((_, i) =>
      sizes.slice(0, i).reduce((at, size) => at + Math.ceil(size / 32) * 32, dataStart),
    );
    truncateSync(path, starts[3]! + sizes[3]!);
    const zeros = (count: number) => nodes('sha256', Buffer.alloc(count));
    const expected = [...sizes.map(zeros), zeros(sizes.reduce((sum, size) => sum + size))];
    const digestsIn = ({ stdout }: { stdout: string }) =>
      [...stdout.matchAll(/ ([0-9a-f]{64}) /g)].map(([, hex]) => hex);
    expect(digestsIn(run(['hash', path]))).toEqual(expected);
    expect(digestsIn(run(['hash', '-'], { input: readFileSync(path) }))).toEqual(expected);
  });

  it('include a UUID on request: of version 5, in the name space of llama.cpp', () => {
    const path = written(model([item('a', 'abc'), item('b', 'de')]));
    const hex = nodes('sha1', Buffer.from('ef001206dadc5f6da15f3359e577d4e5', 'hex'), 'abcde');
    const variant = ((Number.parseInt(hex[16] as string, 16) & 3) | 8).toString(16);
    const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    expect(run(['hash', '--no-layer', '--uuid', path]).stdout).toContain(`\nuuid      ${uuid}  ${path}\n`);
  });

  it('are in JSON as its schema says', () => {
    const path = written(model([item('a', 'abc')]));
    const report = HashReportSchema.parse(JSON.parse(run(['hash', path, '--uuid', '--json']).stdout));
    const digest = nodes('sha256', 'abc');
    expect(report).toMatchObject({
      file: path,
      algorithm: 'sha256',
      model: { bytes: 3, digest, uuid: expect.stringMatching(/^[0-9a-f]{8}-/) },
      tensors: [{ name: 'a', bytes: 3, digest }],
    });
  });
});

describe('a file without all of its data', () => {
  const failures = (paths: readonly string[]) => runAll(paths.map((path) => ({ args: ['hash', path] })));

  it('is an error that names the first missing tensor', () => {
    const whole = model([item('a', 'a'.repeat(64)), item('b', 'b'.repeat(64))]);
    const cuts = [whole.length - 64, whole.length - 100, whole.length - 129].map((end) => whole.subarray(0, end));
    const outcomes = failures(cuts.map((bytes) => written(bytes)));
    expect(outcomes.map(({ code, stdout }) => ({ code, stdout }))).toEqual(Array(3).fill({ code: 2, stdout: '' }));
    const named = outcomes.map(({ stderr }) => /truncated at byte \d+ \(data of tensor \d, "(\w)"\)/.exec(stderr)?.[1]);
    expect(named).toEqual(['b', 'a', 'a']);
    expect(run(['hash', '-'], { input: cuts[0] as Uint8Array }).stderr).toContain('"b"');
    expect(outcomes[2]!.stderr).toContain('only the header is here');
  });

  it.each([
    ['flawed/unknown-tensor-type--last.gguf', 'tensor-size-unknown'],
    ['broken/truncated--in-key.gguf', 'truncated'],
    ['no-such-file.gguf', 'file-not-found'],
  ])('%s ends in %s', (name, code) => {
    const outcome = run(['hash', join(FIXTURES_FOLDER, name), '--json']);
    expect(outcome.code).toBe(2);
    expect(JSON.parse(outcome.stdout).error.code).toBe(code);
  });

  it('whose tensors claim the same bytes over and over is refused', () => {
    const many = Array.from(
      { length: 100 },
      (_, i): TensorItem => ({ ...item(`t${i}`, 'x'.repeat(9000)), claims: { offset: 0 } }),
    );
    const shared = many.map((tensor, i): TensorItem => (i === 0 ? tensor : { ...tensor, data: 'absent' }));
    expect(run(['hash', written(writeGguf({ tensors: shared }))])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('(tensors-overlap)'),
    });
  });

  it('that comes as a stream in another order is refused, with the way out', () => {
    const input = readFileSync(join(FIXTURES_FOLDER, 'flawed', 'offset-unexpected--swapped.gguf'));
    const { code, stderr } = run(['hash', '-'], { input });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('save the stream to a file') });
  });
});

describe('verifying', () => {
  const tensors = [item('a.weight', 'abc'), item('b:1.weight', 'de'), item('c.weight', 'f')];
  const path = written(model(tensors), 'model.gguf');
  const manifest = run(['hash', path]).stdout;

  const verify = (content: string | Uint8Array, target = path, ...more: string[]) =>
    run(['hash', target, '--verify', written(content, `${files++}.txt`), ...more]);
  const verified = (content: string | Uint8Array, target = path, ...more: string[]) => {
    const { stdout, code } = verify(content, target, ...more, '--json');
    return { ...HashReportSchema.parse(JSON.parse(stdout)).verification, code };
  };
  const ALL_EQUAL = { verdict: 'equal', model: 'equal', equal: 3, altered: [], missing: [], extra: [], code: 0 };

  it('finds all equal, even if the file was renamed', () => {
    expect(verify(manifest)).toEqual({
      stdout: 'equal    3 tensors and the whole model (sha256)\n',
      stderr: '',
      code: 0,
    });
    const renamed = written(model(tensors, 'renamed'), 'other:name.gguf');
    expect(verified(manifest, renamed)).toMatchObject(ALL_EQUAL);
    expect(verified(manifest.replaceAll(path, 'C:\\models\\m.gguf'), renamed)).toMatchObject(ALL_EQUAL);
  });

  it('tells altered, missing and extra tensors apart', () => {
    const other = written(model([item('a.weight', 'abX'), item('b:1.weight', 'de'), item('d.weight', 'f')]));
    const result = verified(manifest, other);
    expect(result).toMatchObject({ verdict: 'different', model: 'altered', tensors: 'compared', equal: 1, code: 1 });
    expect(result.altered).toEqual([
      { name: 'a.weight', expected: nodes('sha256', 'abc'), found: nodes('sha256', 'abX') },
    ]);
    expect(result.missing).toEqual([{ name: 'c.weight', expected: nodes('sha256', 'f') }]);
    expect(result.extra).toEqual([{ name: 'd.weight', found: nodes('sha256', 'f') }]);
    const { stdout, code } = verify(manifest, other);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^altered {2}a\.weight .*\nmissing {2}c\.weight\nextra {4}d\.weight\n1 tensor equal, 1 altered/,
    );
  });

  it('reports tensors that are equal but in another order', () => {
    const other = written(model([...tensors].reverse()));
    expect(verified(manifest, other)).toMatchObject({ verdict: 'different', model: 'altered', equal: 3, code: 1 });
    expect(verify(manifest, other).stdout).toContain('in a different order');
  });

  it('uses the strongest digest of a manifest that has several, or the requested one', () => {
    const kinds = ['xxh64', 'sha1', 'sha256'].map((kind) =>
      run(['hash', path, '--algorithm', kind]).stdout.split('\n'),
    );
    const all = `xxh3      0123456789abcdef  ${path}:a.weight\n${kinds[0]!.map((_, i) => kinds.map((lines) => lines[i]).join('\n')).join('\n')}`;
    const spoilt = all.replace(/^xxh64 +\w{4}/gm, 'xxh64     0000');
    expect(verified(all)).toMatchObject(ALL_EQUAL);
    expect(verified(all, path, '--algorithm', 'xxh64')).toMatchObject(ALL_EQUAL);
    expect(verified(spoilt)).toMatchObject(ALL_EQUAL);
    const { stderr, code } = verify(manifest, path, '--algorithm', 'sha1');
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('it holds no sha1 (bad-manifest)') });
  });

  it('accepts comments, empty lines, line ends and encodings of Windows, and the output of the other tool’s check', () => {
    const noted = `# made today\n\n${manifest}`;
    expect(verified(noted.replaceAll('\n', '\r\n'))).toMatchObject(ALL_EQUAL);
    expect(verified(Buffer.from(`\ufeff${noted}`, 'utf16le'))).toMatchObject(ALL_EQUAL);
    const checked = `manifest  m.txt  sha256\n${manifest.replaceAll('\n', '  -  Ok\n')}\nVerification results for m.txt - Success\n`;
    expect(verified(checked)).toMatchObject(ALL_EQUAL);
  });

  it('accepts a manifest of only the whole, and one of only tensors', () => {
    const lines = manifest.trimEnd().split('\n');
    const whole = { verdict: 'equal', model: 'equal', tensors: 'not-listed', equal: 0, code: 0 };
    expect(verified(lines.at(-1) as string)).toMatchObject(whole);
    expect(verified(manifest, path, '--no-layer')).toMatchObject(whole);
    const each = { verdict: 'equal', model: 'not-listed', tensors: 'compared', equal: 3, code: 0 };
    expect(verified(lines.slice(0, -1).join('\n'))).toMatchObject(each);
    expect(verify(lines.slice(0, -1).join('\n'), path, '--no-layer')).toMatchObject({ code: 2 });
  });

  it('uses the lines about the file of that name where there are several', () => {
    const another = run(['hash', written(model([item('z', 'z')]), 'another.gguf')]).stdout;
    expect(verified(another + manifest)).toMatchObject(ALL_EQUAL);
    const { stderr, code } = verify(another + manifest, written(model(tensors), 'third.gguf'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('but not about third.gguf') });
  });

  it('reads the manifest from standard input', () => {
    expect(run(['hash', path, '--verify', '-'], { input: manifest })).toMatchObject({ code: 0 });
    expect(run(['hash', '-', '--verify', '-'], { input: manifest })).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['a line of another kind', 'what is this?\n', 'line 1 '],
    ['a digest that is too short', `\nsha256  abc  ${path}\n`, 'line 2 '],
    ['a line without a name', `sha1  ${'0'.repeat(40)}\n`, 'line 1 '],
    ['nothing', '', 'no digest'],
    ['what only the other tool knows', `xxh3      0123456789abcdef  ${path}\n`, 'no digest'],
  ])('refuses a manifest with %s', (_, content, words) => {
    const { stdout, stderr, code } = verify(content);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain(words);
    expect(stderr).toContain('(bad-manifest)');
  });

  it('refuses a manifest without an end', () => {
    const line = `sha256  ${'0'.repeat(64)}  model.gguf:a\n`;
    for (const [input, sentence] of [
      [Buffer.alloc(65 << 20, 97), 'it is too large for a manifest, which has at most 64 MiB'],
      [line.repeat(250_001), 'it lists more than 250000 digests'],
    ] as const) {
      const { stdout, stderr, code } = run(['hash', TINY, '--verify', '-'], { input });
      expect({ stdout, stderr, code }).toEqual({
        stdout: '',
        stderr: expect.stringContaining(`${sentence} (bad-manifest)`),
        code: 2,
      });
    }
  });

  it('refuses a missing manifest before it reads anything', () => {
    expect(run(['hash', path, '--verify', join(folder, 'none.txt')])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('none.txt: there is no such file'),
    });
  });
});

describe('hostile names', () => {
  const names = [
    `x\nsha256    ${'0'.repeat(64)}  model.gguf:forged`,
    'carriage\rreturn',
    '\x1b[31mred',
    '\u202eright to left',
    'two  spaces ',
    'back\\slash',
    'back\\nslash',
    'colon:colon',
    'tab\t',
    '',
  ];
  const path = written(model(names.map((name, i) => item(name, `${i}`))), 'hostile.gguf');
  const { stdout } = run(['hash', path]);

  it('cannot forge a line', () => {
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(names.length + 1);
    for (const line of lines) expect(line).toMatch(/^sha256 {4}[0-9a-f]{64} {2}[\x20-\x7e]*$/);
    expect(lines[0]).toContain(String.raw`:x\nsha256 `);
    expect(lines[6]).toContain(String.raw`:back\\nslash`);
  });

  it('are read back as the same names when the manifest is verified', () => {
    const manifest = written(stdout, 'hostile.txt');
    const { verification } = JSON.parse(run(['hash', path, '--verify', manifest, '--json']).stdout);
    expect(verification).toMatchObject({ verdict: 'equal', model: 'equal', equal: names.length });
    const none = written(model([]), 'none.gguf');
    const missing = JSON.parse(run(['hash', none, '--verify', manifest, '--json']).stdout).verification.missing;
    expect(missing.map(({ name }: { name: string }) => name)).toEqual(names);
  });

  it('are found in a manifest that has them unescaped', () => {
    const raw = String.raw`sha256  ${nodes('sha256', '5')}  hostile.gguf:back\slash`;
    const { verification } = JSON.parse(run(['hash', path, '--verify', written(raw, 'raw.txt'), '--json']).stdout);
    expect(verification).toMatchObject({ equal: 1, missing: [], altered: [] });
  });
});

function inValid(name: string): string {
  return join(FIXTURES_FOLDER, 'valid', `${name}.gguf`);
}

function readable(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
}
