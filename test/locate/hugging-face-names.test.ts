/** Names of models on the hub, and what file names reveal: read by pure functions. */

import { describe, expect, it } from 'vitest';
import { labelOf, listModels, withLabel } from '../../src/locate/hugging-face/listing.js';
import { readHubAddress, readHubName } from '../../src/locate/hugging-face/reference.js';
import { withoutSecrets } from '../../src/words/without-secrets.js';

const hub = 'hf';
const repository = 'owner/repo';
const revision = 'main';

describe('a name of the hub', () => {
  it.each([
    ['hf:owner/repo', {}],
    ['HF:owner/repo', {}],
    ['hf://owner/repo', {}],
    ['hf:owner/repo/', {}],
    ['hf:owner/repo:Q4_K_M', { label: 'Q4_K_M' }],
    ['hf:owner/repo@v1', { revision: 'v1' }],
    ['hf:owner/repo@v1:Q4_K_M', { revision: 'v1', label: 'Q4_K_M' }],
    ['hf:owner/repo:Q4_K_M@v1', { revision: 'v1', label: 'Q4_K_M' }],
    ['hf:owner/repo/file.gguf', { path: 'file.gguf' }],
    ['hf:owner/repo/a/b c/file.gguf', { path: 'a/b c/file.gguf' }],
    ['hf:owner/repo/folder/', { path: 'folder' }],
    ['hf:owner/repo/file.gguf@v1.0', { path: 'file.gguf', revision: 'v1.0' }],
    ['hf:owner/repo/file.gguf@refs/pr/1', { path: 'file.gguf', revision: 'refs/pr/1' }],
    ['hf:owner/repo@refs/pr/1/file.gguf', { path: 'file.gguf', revision: 'refs/pr/1' }],
    ['hf:owner/repo@feature%2Fx', { revision: 'feature/x' }],
    ['hf:owner/repo/a@b.gguf@main', { path: 'a@b.gguf' }],
  ])('%s', (name, wanted) => {
    expect(readHubName(name)).toEqual({ hub, repository, revision, ...wanted });
  });

  it.each([
    'hf:',
    'hf:owner',
    'hf:owner/',
    'hf:/repo',
    'hf:owner/repo@v1/file.gguf@v2',
    'hf:owner/repo/../x.gguf',
    'hf:owner/repo/a//x.gguf',
    'hf:owner/repo@..',
    'hf:owner/repo@%2e%2e',
    'hf:owner/..',
    'hf:../repo',
    'hf:own er/repo',
    'hf:owner/repo/a\\..\\x.gguf',
  ])('is not %s', (name) => {
    expect(readHubName(name)).toBeNull();
  });
});

describe('an address of the hub', () => {
  const read = (url: string, endpoint = 'https://huggingface.co/') => readHubAddress(new URL(url), new URL(endpoint));

  it.each([
    ['https://huggingface.co/owner/repo', {}],
    ['https://huggingface.co/owner/repo/', {}],
    ['https://hf.co/owner/repo', {}],
    ['https://hf.co/owner/repo:Q4_K_M', { label: 'Q4_K_M' }],
    ['https://www.huggingface.co/owner/repo/tree/main', {}],
    ['https://huggingface.co/owner/repo/tree/v1/Q8_0', { revision: 'v1', path: 'Q8_0' }],
    ['https://huggingface.co/owner/repo?show_file_info=a%2Fb.gguf', { path: 'a/b.gguf' }],
    ['https://huggingface.co/owner/repo/blob/main/b.gguf', { path: 'b.gguf' }],
    ['https://huggingface.co/owner/repo/raw/main/b.gguf', { path: 'b.gguf' }],
    ['https://huggingface.co/owner/repo/resolve/main/a%20b.gguf?download=true', { path: 'a b.gguf' }],
    ['https://huggingface.co/owner/repo/blob/refs%2Fpr%2F1/b.gguf', { path: 'b.gguf', revision: 'refs/pr/1' }],
    ['https://huggingface.co/owner/repo/blob/refs/pr/1/b.gguf', { path: 'b.gguf', revision: 'refs/pr/1' }],
  ])('%s', (url, wanted) => {
    expect(read(url)).toEqual({ hub, repository, revision, ...wanted });
  });

  it.each([
    'https://huggingface.co/owner',
    'https://huggingface.co/datasets/owner/repo',
    'https://huggingface.co/owner/repo/discussions/1',
    'https://huggingface.co/owner/repo:Q4_K_M/tree/main',
    'https://huggingface.co/owner/repo/blob/main/..%2f..%2fx.gguf',
    'https://huggingface.co.example.org/owner/repo',
    'https://example.org/owner/repo/resolve/main/b.gguf',
  ])('is not %s', (url) => {
    expect(read(url)).toBeNull();
  });

  it('may be that of a mirror, below a path', () => {
    const endpoint = 'https://mirror.example.org/hub/';
    const wanted = { hub, repository, revision, path: 'b.gguf' };
    expect(read('https://mirror.example.org/hub/owner/repo/blob/main/b.gguf', endpoint)).toEqual(wanted);
    expect(read('https://mirror.example.org/owner/repo/blob/main/b.gguf', endpoint)).toBeNull();
    expect(read('https://huggingface.co/owner/repo/blob/main/b.gguf', endpoint)).toEqual(wanted);
  });
});

describe('the label in the name of a file', () => {
  it.each([
    ['model-Q4_K_M.gguf', 'Q4_K_M'],
    ['model.q4_k_m.gguf', 'Q4_K_M'],
    ['Model_7B_Q8_0.gguf', 'Q8_0'],
    ['model-UD-Q4_K_XL.gguf', 'UD-Q4_K_XL'],
    ['model.i1-IQ3_XXS.gguf', 'IQ3_XXS'],
    ['model-BF16-Q5_K_S.gguf', 'Q5_K_S'],
    ['model-F16.gguf', 'F16'],
    ['model-fp16.gguf', 'FP16'],
    ['model-MXFP4_MOE.gguf', 'MXFP4_MOE'],
    ['model-TQ1_0.gguf', 'TQ1_0'],
    ['model-Q4_K_M-00001-of-00003.gguf', 'Q4_K_M'],
    ['Q6_K/model-00001-of-00003.gguf', 'Q6_K'],
    ['BF16/model-Q8_0.gguf', 'Q8_0'],
    ['a/Q6_K/b/model.gguf', null],
    ['Qwen3-8B.gguf', null],
    ['model.gguf', null],
  ])('%s is %s', (path, label) => {
    expect(labelOf(path)).toBe(label);
  });
});

describe('the list of models', () => {
  const list = (paths: readonly string[], path?: string) =>
    listModels(
      paths.map((one, i) => ({ path: one, bytes: 100 - i })),
      { hub, repository, revision, ...(path && { path }) },
    );

  it('has shards as one, other files after the models, and nothing else', () => {
    const paths = [
      'mmproj-F16.gguf',
      'README.md',
      'Q8_0/m-00002-of-00002.gguf',
      'Q8_0/m-00001-of-00002.gguf',
      'm-Q2_K.gguf',
    ];
    expect(list(paths)).toEqual([
      {
        ...{ path: 'Q8_0/m-00001-of-00002.gguf', kind: 'model', label: 'Q8_0', bytes: 98 + 97 },
        ...{ shards: { present: 2, of: 2 }, target: 'hf:owner/repo:Q8_0' },
      },
      { path: 'm-Q2_K.gguf', kind: 'model', label: 'Q2_K', bytes: 96, shards: null, target: 'hf:owner/repo:Q2_K' },
      {
        ...{ path: 'mmproj-F16.gguf', kind: 'projector', label: 'F16', bytes: 100, shards: null },
        target: 'hf:owner/repo/mmproj-F16.gguf',
      },
    ]);
  });

  it('can be limited to a folder', () => {
    expect(list(['a/x.gguf', 'ab/y.gguf', 'z.gguf'], 'a').map(({ path }) => path)).toEqual(['a/x.gguf']);
  });

  it('gives a name to type that is read as intended', () => {
    for (const path of ['a/b c.gguf', 'x@y.gguf', 'q-Q4_0.gguf', 'r-Q4_0.gguf']) {
      const { target } = list([path, 'q-Q4_0.gguf', 'r-Q4_0.gguf']).find((model) => model.path === path) ?? {};
      expect(readHubName(target ?? '')).toEqual({ hub, repository, revision, path });
    }
  });

  it('is searched for a label in any case, with and without the mark of a mix', () => {
    const models = list(['m-UD-Q4_K_XL.gguf', 'm-Q4_K_M.gguf', 'mmproj-Q4_K_M.gguf']);
    expect(withLabel(models, 'q4_k_m').map(({ path }) => path)).toEqual(['m-Q4_K_M.gguf']);
    expect(withLabel(models, 'Q4_K_XL').map(({ path }) => path)).toEqual(['m-UD-Q4_K_XL.gguf']);
    expect(withLabel(models, 'Q4_K')).toEqual([]);
  });
});

describe('an address that is shown', () => {
  it.each([
    ['https://ann:word@host/a', 'https://***@host/a'],
    ['https://ann@host/a', 'https://***@host/a'],
    ['https://ann:w@rd@host/a', 'https://***@host/a'],
    ['https://ann:wo/rd@host/a', 'https://***@host/a'],
    ['https://host:8080/a@b', 'https://host:8080/a@b'],
    ['https://host/a:b@c', 'https://host/a:b@c'],
    ['https://[::1]:80/a@b', 'https://[::1]:80/a@b'],
    ['https://host/a?X-Amz-Signature=1f&n=2#x', 'https://host/a?X-Amz-Signature=***&n=2#x'],
    ['https://host/a?token=1f', 'https://host/a?token=***'],
    ['hf://owner/repo/a.gguf@v1', 'hf://owner/repo/a.gguf@v1'],
    ['a: https://u:p@h/a and http://u:p@h', 'a: https://***@h/a and http://***@h'],
    ['C:\\models\\a.gguf', 'C:\\models\\a.gguf'],
  ])('%s as %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });
});
