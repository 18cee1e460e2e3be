/** Digests of whole files and of metadata: compared with sha256sum, with manifests of other programs, with blobs and with the hub. */

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HashReportSchema } from '../../src/report/hash-schema.js';
import { type TensorItem, text, u32, writeGguf } from '../support/gguf-writer.js';
import { startHub, writeCache } from '../support/hub.js';
import { runBeside } from '../support/loopback-run.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';
import { runAll } from './batch.js';
import { run } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'gguf-explain digests '));
afterAll(() => rmSync(folder, { recursive: true }));

const TINY = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const sha256 = (...parts: (string | Uint8Array)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest('hex');

let files = 0;
function written(content: Uint8Array | string, name = `${files++}.gguf`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TENSORS: TensorItem[] = ['a', 'b'].map((name) => ({
  name: `${name}.weight`,
  dimensions: [40],
  type: 'I8',
  data: Buffer.alloc(40, name),
}));
const model = (template: string, ...more: ReturnType<typeof text>[]) =>
  writeGguf({
    metadata: [text('general.architecture', 'x'), text('tokenizer.chat_template', template), ...more],
    tensors: TENSORS,
  });

/** A model in three files; their paths. */
async function writeSplit(stem: string): Promise<string[]> {
  const shards = await splitModel(readFileSync(TINY), stem, 3);
  return shards.map(({ fileName, bytes }) => written(bytes, fileName));
}

const reportOf = (...args: string[]) => HashReportSchema.parse(JSON.parse(run(['hash', ...args, '--json']).stdout));

describe('hash --file', () => {
  it('gives the digest of all bytes, from a file and from a stream', () => {
    for (const name of [
      'tiny-stories-Q4_K_M.gguf',
      'valid/alignment-4096.gguf',
      'flawed/offset-unexpected--swapped.gguf',
    ]) {
      const path = join(FIXTURES_FOLDER, name);
      const bytes = readFileSync(path);
      expect(reportOf(path, '--file').files).toEqual([{ file: path, bytes: bytes.length, digest: sha256(bytes) }]);
    }
    const { stdout } = run(['hash', '-', '--file', '--json'], { input: readFileSync(TINY) });
    expect(JSON.parse(stdout)).toMatchObject({ files: [{ file: '-', digest: sha256(readFileSync(TINY)) }] });
  });

  it('adds its lines after those of the tensors, which do not change', () => {
    const plain = run(['hash', TINY]).stdout;
    const { stdout } = run(['hash', '--file', TINY]);
    expect(stdout.startsWith(plain)).toBe(true);
    const added = stdout.slice(plain.length).trimEnd().split('\n');
    expect(added.at(-1)).toBe(`file      ${sha256(readFileSync(TINY))}  ${TINY}`);
    expect(added.slice(0, -1).every((line) => /^metadata {2}[0-9a-f]{64} {2}/.test(line))).toBe(true);
  });

  it('computes the digests of a large model’s tensors in the same read, with the same results', async () => {
    const split = await writeSplit('a split model');
    const whole = reportOf(split[0] as string, '--file');
    expect(whole.files).toEqual(
      split.map((path) => ({ file: path, bytes: readFileSync(path).length, digest: sha256(readFileSync(path)) })),
    );
    const { files: _, metadata: __, ...rest } = whole;
    expect(rest).toEqual(reportOf(split[0] as string));
  });

  it('gives the same digest of metadata in any order, and ignores how a model is split', () => {
    const keys = [text('b.key', '1'), u32('a.key', 2)];
    const paths = [keys, [...keys].reverse(), [...keys, u32('split.count', 1)]].map((metadata) =>
      written(writeGguf({ metadata, tensors: TENSORS })),
    );
    const [first, ...others] = paths.map((path) => reportOf(path, '--file').metadata?.digest);
    expect(others).toEqual([first, first]);
    const other = written(writeGguf({ metadata: [text('b.key', '2'), u32('a.key', 2)], tensors: TENSORS }));
    expect(reportOf(other, '--file').metadata?.digest).not.toBe(first);
  });
});

describe('verifying', () => {
  const verify = (path: string, manifest: string, ...more: string[]) =>
    run(['hash', path, '--verify', written(manifest, `${files++}.sums`), ...more]);

  const original = written(model('{{ bos_token }}'), 'model one.gguf');
  const manifest = run(['hash', '--file', original]).stdout;

  it('says that the weights are equal where only the metadata differs, and which keys do', () => {
    const changed = written(model('{{ eos_token }}'));
    expect(verify(changed, manifest)).toMatchObject({
      stdout: expect.stringMatching(/\nweights equal; METADATA DIFFERS: tokenizer\.chat_template\n$/),
      code: 1,
    });
    const added = written(model('{{ bos_token }}', text('general.name', 'n')));
    expect(verify(added, manifest).stdout).toContain('METADATA DIFFERS: general.name (extra)');
    const { verification } = JSON.parse(verify(changed, manifest, '--json').stdout);
    expect(verification).toMatchObject({
      verdict: 'different',
      model: 'equal',
      equal: 2,
      metadata: { verdict: 'different', altered: ['tokenizer.chat_template'], missing: [], extra: [] },
    });
  });

  it('finds all equal', () => {
    expect(verify(original, manifest)).toMatchObject({
      stdout: 'equal    2 tensors and the whole model (sha256), the metadata and the whole file (sha256)\n',
      code: 0,
    });
  });

  it('reports a file that differs only between its tensors', () => {
    const bytes = readFileSync(original);
    const padded = Buffer.concat([bytes, Buffer.alloc(7)]);
    expect(verify(written(padded), manifest)).toMatchObject({
      stdout: expect.stringContaining('weights and metadata equal; THE FILE DIFFERS'),
      code: 1,
    });
  });

  const digest = sha256(readFileSync(original));
  it.each([
    ['sha256sum', `${digest}  model one.gguf\n`],
    ['sha256sum in binary mode', `${digest} *model one.gguf\n`],
    ['sha256sum --tag', `SHA256 (model one.gguf) = ${digest}\n`],
    ['sha256sum of many files', `${'0'.repeat(64)}  README.md\n${digest}  ./models/model one.gguf\n`],
    ['a pointer of Git LFS', `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize 12345\n`],
  ])('accepts the output of %s', (_, sums) => {
    expect(verify(original, sums)).toMatchObject({ stdout: 'equal    the whole file (sha256)\n', stderr: '', code: 0 });
    expect(verify(original, sums.replace(digest, 'f'.repeat(64)))).toMatchObject({ code: 1 });
  });

  it('accepts names with escapes, and says which files a list is for where it is not this one', () => {
    const odd = join(folder, 'back\\slash.gguf');
    copyFileSync(original, odd);
    expect(verify(odd, `\\${digest}  back\\\\slash.gguf\n${'0'.repeat(64)}  z\n`)).toMatchObject({ code: 0 });
    const { stderr, code } = verify(original, `${digest}  other.gguf\n${digest}  third.gguf\n`);
    expect(stderr).toContain('but not about model one.gguf');
    expect(code).toBe(2);
  });

  it('compares each shard of a set, and says how many are not listed', async () => {
    const split = await writeSplit('shards');
    const lines = split.map((path) => `${sha256(readFileSync(path))}  ${basename(path)}\n`);
    expect(verify(split[1] as string, lines.join('')).stdout).toBe('equal    3 whole files (sha256)\n');
    expect(verify(split[0] as string, lines.slice(1).join('')).stdout).toBe(
      'equal    2 whole files (sha256); the manifest does not list 1 file of the model\n',
    );
    const bytes = readFileSync(split[2] as string);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
    writeFileSync(split[2] as string, bytes);
    const { stdout, code } = verify(split[0] as string, lines.join(''));
    expect(stdout).toMatch(/^altered .*shards-00003-of-00003\.gguf/);
    expect(code).toBe(1);
  });
});

describe('check --digest', () => {
  const bytes = readFileSync(TINY);
  const filesOf = (stdout: string) => JSON.parse(stdout).files;

  it('compares a blob of Ollama with its own name', () => {
    const blobs = join(folder, 'blobs');
    mkdirSync(blobs);
    const right = join(blobs, `sha256-${sha256(bytes)}`);
    const wrong = join(blobs, `sha256-${'0'.repeat(64)}`);
    for (const path of [right, wrong]) writeFileSync(path, bytes);
    const [one, other] = runAll([right, wrong].map((path) => ({ args: ['check', path, '--digest', '--json'] })));
    expect(one?.code).toBe(0);
    expect(filesOf(one?.stdout ?? '')[0].digest.compared).toMatchObject([{ equal: true }]);
    expect(other?.code).toBe(1);
    expect(filesOf(other?.stdout ?? '')[0].findings[0]).toMatchObject({ code: 'digest-differs', level: 'error' });
  });

  it('compares a file of the cache with its blob, and one on the hub with the id that the hub has', async () => {
    const { home, remove } = writeCache({ 'model.gguf': bytes });
    const cached = run(['check', 'hf:owner/repo/model.gguf', '--digest', '--json'], {
      env: { HF_HOME: home, HF_HUB_OFFLINE: '1' },
    });
    remove();
    expect(filesOf(cached.stdout)[0].digest.compared).toEqual([
      { source: 'the name of its blob', sha256: sha256(bytes), equal: true },
    ]);
    const hub = await startHub({ files: { 'model.gguf': bytes } });
    const remote = await runBeside(['check', 'hf:owner/repo/model.gguf', '--digest', '--json'], hub.env);
    await hub.close();
    expect(filesOf(remote.stdout)[0].digest.compared).toEqual([
      { source: 'the hub', sha256: sha256(bytes), equal: true },
    ]);
  });

  it('says where there is nothing to compare with', () => {
    expect(run(['check', TINY, '--digest'], { columns: 300 }).stdout).toContain(
      `SHA-256 ${sha256(bytes)}; there is nothing to compare it with`,
    );
  });
});
