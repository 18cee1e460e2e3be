/** Names of Ollama that are not in the store: the requests to the registry, its error messages, and the bytes read. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.js';
import { TestHome } from '../support/home.js';
import { MODEL, MODEL_PATH, runBeside } from '../support/loopback-run.js';
import { startRegistry, type TestRegistry } from '../support/ollama-registry.js';
import { FIXTURES_FOLDER } from '../support/places.js';
import { splitModel } from '../support/split-model.js';

const PROJECTOR = readFileSync(join(FIXTURES_FOLDER, 'valid', 'clip.gguf'));
const home = new TestHome();
const env = { OLLAMA_MODELS: join(home.folder, 'ollama') };

let server: TestRegistry;
beforeAll(async () => {
  const shards = await splitModel(MODEL, 'x', 3);
  server = await startRegistry({
    'library/tiny:latest': [
      { kind: 'model', bytes: MODEL },
      { kind: 'template', bytes: Buffer.from('{{ .Prompt }}') },
    ],
    'me/tiny:q4': [{ kind: 'model', bytes: MODEL }],
    'library/seeing:latest': [
      { kind: 'model', bytes: MODEL },
      { kind: 'projector', bytes: PROJECTOR },
    ],
    'library/split:latest': shards.map(({ bytes }) => ({ kind: 'model', bytes })),
    'library/cloud:latest': [],
    'library/page:latest': '<html>',
    'library/hostile:latest': JSON.stringify({
      layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: 'sha256:../../x', size: 1 }],
    }),
    'library/gone:latest': JSON.stringify({
      layers: [{ mediaType: 'application/vnd.ollama.image.model', digest: `sha256:${'0'.repeat(64)}`, size: 1 }],
    }),
  });
  home.ollama('registry.ollama.ai/library/tiny/1b', [{ kind: 'model', bytes: MODEL }]);
});
afterAll(async () => {
  await server.close();
  home.remove();
});

const ask = (...words: string[]) => runBeside(words, { ...env, ...server.env });
const named = (stdout: string, name: string) => {
  const { file, ...rest } = JSON.parse(stdout);
  return { ...rest, file: { ...file, name } };
};
const LOCAL = named(run([MODEL_PATH, '--json']).stdout, '');

describe('a name that the store does not have', () => {
  it.each(['ollama:tiny', 'ollama:me/tiny:q4'])('%s is read from the registry, only its header', async (name) => {
    const before = server.registry.seen.length;
    const { stdout, stderr } = await ask(name, '--json');
    expect(stderr).toBe('');
    expect(named(stdout, '')).toEqual(LOCAL);
    const [manifest, blob, ...others] = server.registry.seen.slice(before);
    expect([manifest?.url, blob?.url]).toEqual([
      expect.stringMatching(/^\/v2\/(library|me)\/tiny\/manifests\/(latest|q4)$/),
      expect.stringMatching(/^\/v2\/(library|me)\/tiny\/blobs\/sha256:[\da-f]{64}$/),
    ]);
    expect(others).toEqual([]);
    expect(manifest?.headers.accept).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  it('may say which registry is contacted, and how', async () => {
    const { stdout } = await runBeside([`ollama:${server.registry.origin}/me/tiny:q4`, '--json'], env);
    expect(named(stdout, '')).toEqual(LOCAL);
  });

  it('is checked against the digest of its manifest', async () => {
    const { stdout, code } = await ask('check', 'ollama:tiny', '--digest', '--json');
    expect([code, JSON.parse(stdout).verdict]).toEqual([0, 'pass']);
  });

  it('has its companions beside it, and may be split', async () => {
    const seeing = JSON.parse((await ask('ollama:seeing', '--json')).stdout);
    expect(seeing.companions).toEqual([
      { kind: 'projector', name: expect.stringContaining('/blobs/sha256:'), bytes: PROJECTOR.length },
    ]);
    expect(named((await ask(seeing.companions[0].name, '--json')).stdout, '').model.architecture).toBe('clip');
    const { companions } = JSON.parse((await ask('memory', 'ollama:seeing', '--json')).stdout);
    expect(companions).toMatchObject([{ kind: 'mmproj' }]);
    const { files } = JSON.parse((await ask('check', 'ollama:seeing', '--json')).stdout);
    expect(files).toHaveLength(2);
    const { file, totals } = JSON.parse((await ask('ollama:split', '--json')).stdout);
    expect([file.shardCount, totals]).toEqual([3, LOCAL.totals]);
  });

  it('is not requested where the store has it', async () => {
    const before = server.registry.seen.length;
    const { stdout } = await ask('ollama:tiny:1b', '--json');
    expect(named(stdout, '')).toEqual(LOCAL);
    expect(server.registry.seen).toHaveLength(before);
  });

  it('sends headers to the registry only', async () => {
    const before = server.storage.seen.length;
    const { code } = await ask('ollama:tiny', '--header', 'Authorization: Bearer s3cret');
    expect(code).toBe(0);
    expect(server.registry.seen.slice(-2).map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer s3cret'),
    );
    expect(server.storage.seen.slice(before).map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('a refusal of the registry', () => {
  it.each([
    [
      'ollama:tiny:70b',
      'file-not-found',
      /registry\.ollama\.ai has no model library\/tiny with the tag 70b/,
      /ollama:tiny:1b/,
    ],
    ['ollama:private/x', 'unauthorized', /refuses access to private\/x/, /--header-for registry\.ollama\.ai/],
    ['ollama:cloud', 'no-models', /no GGUF file/, /cloud/],
    ['ollama:page', 'bad-manifest', /is not a manifest: it is (?:no|not) JSON/, /registry of models/],
    ['ollama:hostile', 'bad-manifest', /the digest of its model is not a SHA-256/, /./],
    ['ollama:gone', 'not-found', /has no model library\/gone/, /./],
    ['ollama:127.0.0.1:1/a/b', 'host-unreachable', /127\.0\.0\.1:1 cannot be reached/, /ollama:tiny:1b/],
  ])('%s', async (name, code, message, hint) => {
    const { stdout, code: exit } = await ask(name, '--json');
    const { error } = JSON.parse(stdout);
    expect([exit, error.code, error.target]).toEqual([2, code, name]);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  });
});
