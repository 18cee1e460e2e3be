/** Models of Ollama, from a store that is laid out like the real one: names, companions, and the limits for a hostile manifest. */

import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOllamaName, shortName } from '../../src/locate/ollama/name.js';
import { ExplainReportSchema } from '../../src/report/explain-schema.js';
import { run } from '../cli/run.js';
import { digestOf, TestHome } from '../support/home.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';

const MODEL_PATH = join(FIXTURES_FOLDER, 'tiny-stories-Q4_K_M.gguf');
const MODEL = readFileSync(MODEL_PATH);
const valid = (name: string) => readFileSync(join(FIXTURES_FOLDER, 'valid', `${name}.gguf`));
const PROJECTOR = valid('clip');
const ADAPTER = valid('lora-adapter');
const LIBRARY = 'registry.ollama.ai/library';

const home = new TestHome();
let blobs: string[] = [];

beforeAll(() => {
  home.ollama(`${LIBRARY}/tiny/latest`, [
    { kind: 'model', bytes: MODEL },
    { kind: 'template', bytes: Buffer.from('{{ .Prompt }}') },
    { kind: 'license', bytes: Buffer.from('MIT') },
  ]);
  home.ollama(`${LIBRARY}/Tiny/1b-Q4`, [{ kind: 'model', bytes: MODEL }]);
  home.ollama('registry.ollama.ai/someone/tiny/1b', [{ kind: 'model', bytes: MODEL }]);
  home.ollama('hf.co/owner/tiny-GGUF/Q4_K_M', [{ kind: 'model', bytes: MODEL }]);
  home.ollama('localhost:5000/team/tiny/x', [{ kind: 'model', bytes: MODEL }]);
  blobs = home.ollama(`${LIBRARY}/seeing/latest`, [
    { kind: 'model', bytes: MODEL },
    { kind: 'projector', bytes: PROJECTOR },
    { kind: 'adapter', bytes: ADAPTER },
  ]);
});
afterAll(() => home.remove());

const json = (args: readonly string[]) => JSON.parse(home.run([...args, '--json']).stdout);
const refused = (target: string) => {
  const { stdout, stderr, code } = home.run([target, '--json']);
  expect(code).toBe(2);
  expect(stderr).not.toContain('internal-error');
  return JSON.parse(stdout).error;
};

describe('a name', () => {
  it.each([
    ['ollama:llama3.2', 'registry.ollama.ai/library/llama3.2/latest', 'llama3.2:latest'],
    ['ollama:llama3.2:1b', 'registry.ollama.ai/library/llama3.2/1b', 'llama3.2:1b'],
    ['ollama:http://localhost:5000/o/r', 'localhost:5000/o/r/latest', 'localhost:5000/o/r:latest'],
    ['OLLAMA://me/mine:a.b-c', 'registry.ollama.ai/me/mine/a.b-c', 'me/mine:a.b-c'],
    ['ollama:hf.co/o/r:Q4_K_M', 'hf.co/o/r/Q4_K_M', 'hf.co/o/r:Q4_K_M'],
    ['ollama:localhost:5000/o/r', 'localhost:5000/o/r/latest', 'localhost:5000/o/r:latest'],
  ])('%s is %s', (target, folders, short) => {
    const name = readOllamaName(target);
    expect(name && [name.host, name.namespace, name.model, name.tag].join('/')).toBe(folders);
    expect(name && shortName(name)).toBe(short);
  });

  it.each([
    'ollama:',
    'ollama:..',
    'ollama:../../x',
    'ollama:a/../b',
    'ollama:../a/b',
    'ollama:a/b/c/d',
    'ollama:a:..',
    'ollama:a:b/c',
    'ollama:a\\b',
    'ollama:a\0b',
    'ollama:/a',
    'ollama:a b',
    'ollama:x.y/a',
    'ollama:http://a/b',
    'ollama:ftp://a/b/c',
    `ollama:${'a'.repeat(81)}`,
  ])('is invalid: %j', (target) => {
    expect(readOllamaName(target)).toBeNull();
  });
});

describe('a model of Ollama', () => {
  const local = JSON.parse(run([MODEL_PATH, '--json']).stdout);

  it.each([
    'ollama:tiny',
    'ollama:TINY:Latest',
    'ollama:tiny:1B-q4',
    'ollama:someone/tiny:1b',
    'ollama:hf.co/owner/tiny-gguf:q4_k_m',
    'ollama:localhost:5000/team/tiny:x',
  ])('%s is the file', (target) => {
    expect(json([target])).toEqual({ ...local, file: { ...local.file, name: target } });
  });

  it('can be used in every way that a file can', () => {
    const words = ['tensors', 'sizes', 'metadata', 'hash', 'memory', 'check'];
    const codes = words.map((word) => home.run([word, 'ollama:tiny']).code);
    expect(codes).toEqual(words.map(() => 0));
    const { stdout } = home.run(['hash', 'ollama:tiny', '--no-layer']);
    expect(stdout.replace('ollama:tiny', MODEL_PATH)).toBe(run(['hash', MODEL_PATH, '--no-layer']).stdout);
  });

  it('has its companions beside it', () => {
    const [, projector = '', adapter = ''] = blobs;
    const report = ExplainReportSchema.parse(json(['ollama:seeing']));
    expect(report.companions).toEqual([
      { kind: 'projector', name: projector, bytes: PROJECTOR.length },
      { kind: 'adapter', name: adapter, bytes: ADAPTER.length },
    ]);
    const page = home.run(['ollama:seeing']).stdout;
    expect(page).toContain('files that go with it: projector of ');
    expect(page).toContain(`gguf-explain ${projector}\n`);
    expect(json(['ollama:tiny'])).not.toHaveProperty('companions');
  });

  it('counts its companions as memory, as if they had been typed', () => {
    const named = json(['memory', 'ollama:seeing', '--context', '64']);
    const [model, ...beside] = blobs;
    const typed = json(['memory', ...beside, model as string, '--context', '64']);
    expect(typed).toEqual({ ...named, file: typed.file });
    const alone = json(['memory', 'ollama:tiny', '--context', '64']);
    const [projector, adapter] = named.companions;
    expect([projector.kind, adapter.kind]).toEqual(['mmproj', 'adapter']);
    const [with_, without] = [named.contexts[0], alone.contexts[0]];
    const besides = with_.beside as { cacheBytes: number; computeBytes: number }[];
    const kept = besides.reduce((sum, { cacheBytes, computeBytes }) => sum + cacheBytes + computeBytes, 0);
    expect(with_.totalBytes - without.totalBytes).toBe(projector.bytes + adapter.bytes + kept);
    expect(with_.readBytesPerToken - without.readBytesPerToken).toBe(adapter.bytes);
    expect(named.weights).toEqual(alone.weights);
    expect(home.run(['memory', 'ollama:seeing']).stdout).toMatch(/Projector +loaded with the model +\d/);
  });

  it('is checked with all its companions', () => {
    const { files } = json(['check', 'ollama:seeing']);
    expect(files.map(({ target }: { target: string }) => target)).toEqual(['ollama:seeing', ...blobs.slice(1)]);
  });

  it('may be split', async () => {
    const shards = await splitModel(MODEL, 'x', 3);
    home.ollama(
      `${LIBRARY}/split/latest`,
      shards.map(({ bytes }) => ({ kind: 'model', bytes })),
    );
    const { file, totals } = json(['ollama:split']);
    expect([file.shardCount, file.shards.length, totals]).toEqual([3, 3, local.totals]);
    const { files, verdict } = json(['check', 'ollama:split']);
    expect([files.length, verdict]).toEqual([3, 'pass']);
  });
});

describe('a missing model', () => {
  it('is reported with the names that exist', () => {
    const error = refused('ollama:tiny:70b');
    expect(error).toMatchObject({ code: 'host-unreachable', target: 'ollama:tiny:70b' });
    expect(error.message).toMatch(/^it is not in Ollama's store on this machine, and 127\.0\.0\.1:1 cannot be reached/);
    expect(error.hint).toContain('ollama:Tiny:1b-Q4');
    expect(error.hint).not.toContain('seeing');
    expect(refused('ollama:other').hint).toContain('ollama:seeing:latest');
  });

  it('is reported where there is no store', () => {
    const { stderr, code } = home.run(['ollama:tiny'], { env: { OLLAMA_MODELS: '"nowhere" ' } });
    expect([code, stderr]).toEqual([
      2,
      "gguf-explain: ollama:tiny: it is not in Ollama's store on this machine, and 127.0.0.1:1 cannot be reached (ECONNREFUSED) (host-unreachable)\n" +
        '  hint: there are no models in nowhere; set OLLAMA_MODELS for another folder\n',
    ]);
  });

  it('is reported where its blob is missing', () => {
    const missing = { mediaType: 'application/vnd.ollama.image.model', digest: digestOf('nothing'), size: 7 };
    home.manifest(`${LIBRARY}/gone/latest`, { layers: [missing] });
    expect(refused('ollama:gone')).toMatchObject({ code: 'blob-missing', target: 'ollama:gone' });
  });

  it('is reported where its manifest has no model', () => {
    home.manifest(`${LIBRARY}/cloud/latest`, { layers: [] });
    expect(refused('ollama:cloud').code).toBe('no-models');
  });

  it.each(['ollama:..', 'ollama:../../../etc/passwd', 'ollama:a/../../b'])('%s leads nowhere', (target) => {
    expect(refused(target).code).toBe('bad-name');
  });
});

describe('a manifest', () => {
  const model = (digest: unknown) => ({
    layers: [{ mediaType: 'application/vnd.ollama.image.model', digest, size: 1 }],
  });

  it.each([
    ['no JSON', '{'],
    ['a number', '7'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no layers', {}],
    ['layers that are none', { layers: { 0: 1 } }],
    ['a layer that is none', { layers: [null] }],
    ['a layer without a kind', { layers: [{ digest: 'sha256:0' }] }],
    ['a digest that is a path', model('../../../../secret.gguf')],
    ['a digest with a path behind it', model(`sha256:${'0'.repeat(64)}/../../x`)],
    ['a digest with a line break behind it', model(`sha256:${'0'.repeat(64)}\n`)],
    ['a digest that is a number', model(7)],
    ['a digest of another kind', model(`sha512:${'0'.repeat(128)}`)],
    ['five mebibytes', ' '.repeat(5 * 1024 * 1024)],
  ])('of %s is damaged', (_, content) => {
    home.manifest(`${LIBRARY}/hostile/latest`, content);
    const error = refused('ollama:hostile');
    expect(error.code).toBe('bad-manifest');
    expect(error.hint).toContain('ollama/manifests/');
  });

  it('is a file', () => {
    home.write(`ollama/manifests/${LIBRARY}/folder/latest/x`, '');
    expect(refused('ollama:folder').code).toBe('bad-manifest');
  });

  it('may state another size: that of the file counts', () => {
    const [blob = ''] = home.ollama(`${LIBRARY}/cut/latest`, [{ kind: 'model', bytes: valid('llama') }]);
    truncateSync(join(home.folder, blob), valid('llama').length - 1);
    expect(home.run(['ollama:cut']).code).toBe(0);
    expect(home.run(['check', 'ollama:cut']).code).toBe(1);
    rmSync(join(home.folder, blob));
    expect(refused('ollama:cut').code).toBe('blob-missing');
  });
});
